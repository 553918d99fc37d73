#include "hpnas/op/squeeze_excite.hpp"

#include <cmath>

#include "hpnas/kernel/reference.hpp"
#include "hpnas/kernel/squeeze_excite.hpp"
#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

namespace reference = kernel::reference;

constexpr std::string_view name = "squeeze_excite";

kernel::SqueezeExciteShape kernel_shape(const SqueezeExciteAttributes& a, std::int64_t batch, const Shape& src) {
    return {batch, src[0], src[1], src[2], a.reduced, a.activation};
}

class SqueezeExciteKernel final : public OperatorKernel {
public:
    SqueezeExciteKernel(const SqueezeExciteAttributes& a, const CompileArgs& args)
        : inference_(args.mode == ExecutionMode::inference), kernel_(kernel_shape(a, args.batch, args.inputs[0])) {}

    void forward(const ForwardArgs& args, const StepContext&) override {
        auto* saved = reinterpret_cast<float*>(inference_ ? args.workspace : args.saved);
        kernel_.forward(args.src[0], weights(args.parameters), args.dst, saved);
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        kernel::SqueezeExciteBackward call;
        call.src = args.src[0];
        call.diff_dst = args.diff_dst;
        call.saved = reinterpret_cast<const float*>(args.saved);
        call.diff_src = args.diff_src[0];
        call.gradients = {args.diff_parameters[0], args.diff_parameters[1], args.diff_parameters[2],
                          args.diff_parameters[3]};
        kernel_.backward(call, weights(args.parameters), args.workspace);
    }
    Memory memory() const noexcept override {
        const auto kept = static_cast<std::size_t>(kernel_.saved_count()) * sizeof(float);
        return {.saved_bytes = inference_ ? 0 : kept,
                .workspace_bytes = inference_ ? kept : kernel_.workspace_bytes(),
                .in_place = inference_ ? 0 : -1,
                .diff_in_place = 0,
                .needs_diff_src = true};
    }
    std::string implementation() const override { return "own:squeeze_excite"; }

private:
    static kernel::SqueezeExciteWeights weights(std::span<float* const> p) { return {p[0], p[1], p[2], p[3]}; }

    bool inference_;
    kernel::SqueezeExcite kernel_;
};

}  // namespace

void SqueezeExciteAttributes::visit(OptionVisitor& v) {
    v.integer({"reduced", "width of the hidden vector", 1, 1 << 24, true}, reduced);
    visit_activation(v, activation);
}

SqueezeExcite::SqueezeExcite(SqueezeExciteAttributes attributes) : attributes_(attributes) {
    expect_range(name, "reduced", static_cast<double>(attributes_.reduced), 1, 1 << 24);
    if (attributes_.activation != Activation::relu && attributes_.activation != Activation::swish) {
        throw ShapeError("squeeze_excite: activation: expected relu or swish, got " +
                         std::string(to_string(attributes_.activation)));
    }
}

Shape SqueezeExcite::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(name, inputs, 1);
    expect_image(name, inputs[0]);
    return inputs[0];
}

std::vector<ParameterSpec> SqueezeExcite::parameters(std::span<const Shape> inputs) const {
    const std::int64_t c = inputs[0].channels();
    const std::int64_t r = attributes_.reduced;
    const auto uniform = [](std::int64_t fan_in) {
        const double bound = 1 / std::sqrt(static_cast<double>(fan_in));
        return Initializer{Initializer::Kind::uniform, -bound, bound};
    };
    return {{"reduce.weight", {r, c}, ParameterRole::weight, uniform(c)},
            {"reduce.bias", {r}, ParameterRole::bias, uniform(c)},
            {"expand.weight", {c, r}, ParameterRole::weight, uniform(r)},
            {"expand.bias", {c}, ParameterRole::bias, uniform(r)}};
}

std::int64_t SqueezeExcite::macs(std::span<const Shape> inputs) const {
    return 2 * inputs[0].channels() * attributes_.reduced;
}

std::unique_ptr<OperatorKernel> SqueezeExcite::compile(const CompileArgs& args) const {
    output_shape(args.inputs);
    return std::make_unique<SqueezeExciteKernel>(attributes_, args);
}

void SqueezeExcite::reference(ReferenceArgs& args) const {
    const kernel::SqueezeExciteShape shape = kernel_shape(attributes_, args.batch, args.inputs[0]);
    const std::vector<std::vector<double>>& p = args.parameters;
    const reference::SqueezeExciteInput input{args.src[0], p[0], p[1], p[2], p[3]};
    args.dst = reference::squeeze_excite_forward(shape, input);
    if (args.diff_dst.empty()) return;
    reference::SqueezeExciteInput diff = reference::squeeze_excite_backward(shape, input, args.diff_dst);
    args.diff_src = {std::move(diff.src)};
    args.diff_parameters = {std::move(diff.reduce), std::move(diff.reduce_bias), std::move(diff.expand),
                            std::move(diff.expand_bias)};
}

void SqueezeExcite::visit_attributes(OptionVisitor& v) const { SqueezeExciteAttributes(attributes_).visit(v); }

OperatorPtr make_squeeze_excite(SqueezeExciteAttributes attributes) {
    return std::make_shared<SqueezeExcite>(attributes);
}

}  // namespace hpnas
