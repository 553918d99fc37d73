#include "hpnas/op/token_mean.hpp"

#include <fmt/format.h>

#include "hpnas/kernel/sequence.hpp"
#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

class TokenMeanKernel final : public OperatorKernel {
public:
    explicit TokenMeanKernel(const kernel::TokenMeanShape& shape) : shape_(shape) {}

    void forward(const ForwardArgs& args, const StepContext&) override {
        kernel::token_mean(shape_, args.src[0], args.dst);
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        if (args.diff_src[0] != nullptr) kernel::token_mean_backward(shape_, args.diff_dst, args.diff_src[0]);
    }
    Memory memory() const noexcept override { return {.needs_src = false}; }
    std::string implementation() const override { return "own:mean"; }

private:
    kernel::TokenMeanShape shape_;
};

}  // namespace

void TokenMeanAttributes::visit(OptionVisitor& v) {
    v.integer({"first", "tokens before it are left out", 0, 1 << 24}, first);
}

TokenMean::TokenMean(TokenMeanAttributes attributes) : attributes_(attributes) {
    expect_range(type(), "first", static_cast<double>(attributes_.first), 0, 1 << 24);
}

Shape TokenMean::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(type(), inputs, 1);
    expect_sequence(type(), inputs[0]);
    if (inputs[0][0] <= attributes_.first)
        throw ShapeError(fmt::format("{}: src[0]: expected more than {} tokens, got {}", type(), attributes_.first,
                                     to_string(inputs[0])));
    return {inputs[0][1]};
}

std::unique_ptr<OperatorKernel> TokenMean::compile(const CompileArgs& args) const {
    output_shape(args.inputs);
    return std::make_unique<TokenMeanKernel>(
        kernel::TokenMeanShape{args.batch, args.inputs[0][0], args.inputs[0][1], attributes_.first});
}

void TokenMean::reference(ReferenceArgs& args) const {
    const auto tokens = static_cast<std::size_t>(args.inputs[0][0]), c = static_cast<std::size_t>(args.inputs[0][1]);
    const auto first = static_cast<std::size_t>(attributes_.first);
    const double share = 1 / static_cast<double>(tokens - first);
    args.dst.assign(static_cast<std::size_t>(args.batch) * c, 0);
    if (!args.diff_dst.empty()) args.diff_src = {std::vector<double>(args.src[0].size(), 0)};
    for (std::size_t i = 0; i < args.src[0].size(); ++i) {
        const std::size_t mean = i / (tokens * c) * c + i % c;
        if (i / c % tokens < first) continue;
        args.dst[mean] += share * args.src[0][i];
        if (!args.diff_dst.empty()) args.diff_src[0][i] = share * args.diff_dst[mean];
    }
}

void TokenMean::visit_attributes(OptionVisitor& v) const { TokenMeanAttributes(attributes_).visit(v); }

OperatorPtr make_token_mean(TokenMeanAttributes attributes) { return std::make_shared<TokenMean>(attributes); }

}  // namespace hpnas
