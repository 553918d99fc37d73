#include "hpnas/op/token_convolution.hpp"

#include <fmt/format.h>

#include <cmath>

#include "hpnas/kernel/token_convolution.hpp"
#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

class TokenConvolutionKernel final : public OperatorKernel {
public:
    explicit TokenConvolutionKernel(const kernel::TokenConvolutionShape& shape) : shape_(shape) {}

    void forward(const ForwardArgs& args, const StepContext&) override {
        kernel::token_convolution(shape_, args.src[0], args.parameters[0], args.dst);
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        if (args.diff_parameters[0] != nullptr)
            kernel::token_convolution_backward_weights(shape_, args.src[0], args.diff_dst, args.diff_parameters[0]);
        if (args.diff_src[0] != nullptr)
            kernel::token_convolution_backward_data(shape_, args.diff_dst, args.parameters[0], args.diff_src[0]);
    }
    Memory memory() const noexcept override { return {}; }
    std::string implementation() const override { return "own:token_convolution"; }

private:
    kernel::TokenConvolutionShape shape_;
};

}  // namespace

void TokenConvolutionAttributes::visit(OptionVisitor& v) {
    v.integer({"kernel", "tokens that a position reads, odd", 1, 65535}, kernel);
}

TokenConvolution::TokenConvolution(TokenConvolutionAttributes attributes) : attributes_(attributes) {
    expect_range(type(), "kernel", static_cast<double>(attributes_.kernel), 1, 65535);
    if (attributes_.kernel % 2 == 0)
        throw ShapeError(fmt::format("{}: kernel: expected an odd number, got {}", type(), attributes_.kernel));
}

Shape TokenConvolution::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(type(), inputs, 1);
    expect_sequence(type(), inputs[0]);
    return inputs[0];
}

std::vector<ParameterSpec> TokenConvolution::parameters(std::span<const Shape> inputs) const {
    const double bound = 1 / std::sqrt(static_cast<double>(attributes_.kernel));
    return {{"weight",
             {attributes_.kernel, inputs[0].channels()},
             ParameterRole::weight,
             {Initializer::Kind::uniform, -bound, bound}}};
}

std::int64_t TokenConvolution::macs(std::span<const Shape> inputs) const {
    return inputs[0].count() * attributes_.kernel;
}

std::unique_ptr<OperatorKernel> TokenConvolution::compile(const CompileArgs& args) const {
    const Shape src = output_shape(args.inputs);
    return std::make_unique<TokenConvolutionKernel>(
        kernel::TokenConvolutionShape{args.batch, src[0], src[1], attributes_.kernel});
}

void TokenConvolution::reference(ReferenceArgs& args) const {
    const std::int64_t tokens = args.inputs[0][0], channels = args.inputs[0][1], kernel = attributes_.kernel;
    const bool backward = !args.diff_dst.empty();
    args.dst.assign(args.src[0].size(), 0);
    if (backward) {
        args.diff_src = {std::vector<double>(args.src[0].size(), 0)};
        args.diff_parameters = {std::vector<double>(args.parameters[0].size(), 0)};
    }
    for (std::int64_t i = 0; i < args.batch * tokens * channels; ++i) {
        const std::int64_t l = i / channels % tokens, c = i % channels;
        for (std::int64_t j = 0; j < kernel; ++j) {
            const std::int64_t from = l + j - kernel / 2;
            if (from < 0 || from >= tokens) continue;
            const auto to = static_cast<std::size_t>(i), w = static_cast<std::size_t>(j * channels + c),
                       s = static_cast<std::size_t>(i + (j - kernel / 2) * channels);
            args.dst[to] += args.parameters[0][w] * args.src[0][s];
            if (!backward) continue;
            args.diff_src[0][s] += args.parameters[0][w] * args.diff_dst[to];
            args.diff_parameters[0][w] += args.src[0][s] * args.diff_dst[to];
        }
    }
}

void TokenConvolution::visit_attributes(OptionVisitor& v) const { TokenConvolutionAttributes(attributes_).visit(v); }

OperatorPtr make_token_convolution(TokenConvolutionAttributes attributes) {
    return std::make_shared<TokenConvolution>(attributes);
}

}  // namespace hpnas
