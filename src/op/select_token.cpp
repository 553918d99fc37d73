#include "hpnas/op/select_token.hpp"

#include <fmt/format.h>

#include "hpnas/kernel/elementwise.hpp"
#include "hpnas/kernel/sequence.hpp"
#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

class SelectTokenKernel final : public OperatorKernel {
public:
    SelectTokenKernel(std::int64_t batch, const Shape& src, std::int64_t index)
        : batch_(batch), count_(src.count()), channels_(src[1]), at_(index * src[1]) {}

    void forward(const ForwardArgs& args, const StepContext&) override {
        kernel::copy_rows({batch_, channels_, count_, channels_}, args.src[0] + at_, args.dst);
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        if (args.diff_src[0] == nullptr) return;
        kernel::fill(0, args.diff_src[0], batch_ * count_);
        kernel::copy_rows({batch_, channels_, channels_, count_}, args.diff_dst, args.diff_src[0] + at_);
    }
    Memory memory() const noexcept override { return {.needs_src = false}; }
    std::string implementation() const override { return "own:copy"; }

private:
    std::int64_t batch_, count_, channels_, at_;
};

}  // namespace

void SelectTokenAttributes::visit(OptionVisitor& v) { v.integer({"index", "of the token, from 0", 0, 1 << 24}, index); }

SelectToken::SelectToken(SelectTokenAttributes attributes) : attributes_(attributes) {
    expect_range(type(), "index", static_cast<double>(attributes_.index), 0, 1 << 24);
}

Shape SelectToken::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(type(), inputs, 1);
    expect_sequence(type(), inputs[0]);
    if (inputs[0][0] <= attributes_.index)
        throw ShapeError(fmt::format("{}: src[0]: expected more than {} tokens, got {}", type(), attributes_.index,
                                     to_string(inputs[0])));
    return {inputs[0][1]};
}

std::unique_ptr<OperatorKernel> SelectToken::compile(const CompileArgs& args) const {
    output_shape(args.inputs);
    return std::make_unique<SelectTokenKernel>(args.batch, args.inputs[0], attributes_.index);
}

void SelectToken::reference(ReferenceArgs& args) const {
    const auto count = static_cast<std::size_t>(args.inputs[0].count()),
               c = static_cast<std::size_t>(args.inputs[0][1]), at = static_cast<std::size_t>(attributes_.index) * c;
    args.dst.resize(static_cast<std::size_t>(args.batch) * c);
    if (!args.diff_dst.empty()) args.diff_src = {std::vector<double>(args.src[0].size(), 0)};
    for (std::size_t i = 0; i < args.dst.size(); ++i) {
        const std::size_t from = i / c * count + at + i % c;
        args.dst[i] = args.src[0][from];
        if (!args.diff_dst.empty()) args.diff_src[0][from] = args.diff_dst[i];
    }
}

void SelectToken::visit_attributes(OptionVisitor& v) const { SelectTokenAttributes(attributes_).visit(v); }

OperatorPtr make_select_token(SelectTokenAttributes attributes) { return std::make_shared<SelectToken>(attributes); }

}  // namespace hpnas
