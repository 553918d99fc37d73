#include "hpnas/op/embedding.hpp"

#include <algorithm>
#include <cmath>

#include "hpnas/kernel/embedding.hpp"
#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

constexpr double most_rows = 1 << 24;  // beyond, float32 does not tell neighbouring ids apart

class EmbeddingKernel final : public OperatorKernel {
public:
    explicit EmbeddingKernel(const kernel::EmbeddingShape& shape) : shape_(shape) {}

    void forward(const ForwardArgs& args, const StepContext&) override {
        kernel::embedding_forward(shape_, args.src[0], args.parameters[0], args.dst);
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        kernel::embedding_backward(shape_, args.src[0], args.diff_dst, args.diff_parameters[0]);
        if (args.diff_src[0] != nullptr) std::fill_n(args.diff_src[0], shape_.tokens, 0.0F);
    }
    Memory memory() const noexcept override { return {}; }
    std::string implementation() const override { return "own:gather"; }

private:
    kernel::EmbeddingShape shape_;
};

}  // namespace

void EmbeddingAttributes::visit(OptionVisitor& v) {
    v.integer({"vocabulary", "rows of the table", 1, most_rows}, vocabulary);
    v.integer({"out", "channels", 1, 1 << 24}, out);
    v.number({"scale", "factor on the rows", 0, 1e6}, scale);
    v.number({"deviation", "of the normal that the table starts from", 0, 1e3}, deviation);
}

Embedding::Embedding(EmbeddingAttributes attributes) : attributes_(attributes) {
    expect_range(type(), "vocabulary", static_cast<double>(attributes_.vocabulary), 1, most_rows);
    expect_range(type(), "out", static_cast<double>(attributes_.out), 1, 1 << 24);
    expect_range(type(), "scale", attributes_.scale, 0, 1e6);
    expect_range(type(), "deviation", attributes_.deviation, 0, 1e3);
}

Shape Embedding::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(type(), inputs, 1);
    expect_tokens(type(), inputs[0]);
    return {inputs[0][0], attributes_.out};
}

std::vector<ParameterSpec> Embedding::parameters(std::span<const Shape>) const {
    return {{"weight",
             {attributes_.vocabulary, attributes_.out},
             ParameterRole::weight,
             {Initializer::Kind::normal, 0, attributes_.deviation}}};
}

std::unique_ptr<OperatorKernel> Embedding::compile(const CompileArgs& args) const {
    const Shape dst = output_shape(args.inputs);
    return std::make_unique<EmbeddingKernel>(kernel::EmbeddingShape{
        args.batch * dst[0], attributes_.vocabulary, attributes_.out, static_cast<float>(attributes_.scale)});
}

void Embedding::reference(ReferenceArgs& args) const {
    const auto c = static_cast<std::size_t>(attributes_.out);
    const std::vector<double>& ids = args.src[0];
    const auto row = [&](std::size_t t) {
        const std::int64_t id = std::llround(ids[t]);
        return static_cast<std::size_t>(std::clamp<std::int64_t>(id, 0, attributes_.vocabulary - 1)) * c;
    };
    args.dst.resize(ids.size() * c);
    for (std::size_t i = 0; i < args.dst.size(); ++i)
        args.dst[i] = attributes_.scale * args.parameters[0][row(i / c) + i % c];
    if (args.diff_dst.empty()) return;
    args.diff_src = {std::vector<double>(ids.size(), 0)};
    args.diff_parameters = {std::vector<double>(args.parameters[0].size(), 0)};
    for (std::size_t i = 0; i < args.dst.size(); ++i)
        args.diff_parameters[0][row(i / c) + i % c] += attributes_.scale * args.diff_dst[i];
}

void Embedding::visit_attributes(OptionVisitor& v) const { EmbeddingAttributes(attributes_).visit(v); }

OperatorPtr make_embedding(EmbeddingAttributes attributes) { return std::make_shared<Embedding>(attributes); }

}  // namespace hpnas
