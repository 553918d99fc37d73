#include "hpnas/op/layer_norm.hpp"

#include <fmt/format.h>

#include "hpnas/kernel/layer_norm.hpp"
#include "hpnas/kernel/reference_sequence.hpp"
#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

namespace reference = kernel::reference;

constexpr std::string_view name = "layer_norm";

Shape normalised_dimensions(const LayerNormAttributes& a, const Shape& src) {
    const int rank = src.rank();
    if (a.axes == 1) return {src[rank - 1]};
    return {src[rank - 2], src[rank - 1]};
}

kernel::LayerNormShape kernel_shape(const LayerNormAttributes& a, std::int64_t batch, const Shape& src) {
    const std::int64_t width = normalised_dimensions(a, src).count();
    return {batch * src.count() / width, width, static_cast<float>(a.epsilon)};
}

class LayerNormKernel final : public OperatorKernel {
public:
    LayerNormKernel(const LayerNormAttributes& a, const CompileArgs& args)
        : training_(args.mode != ExecutionMode::inference), norm_(kernel_shape(a, args.batch, args.inputs[0])) {}

    void forward(const ForwardArgs& args, const StepContext&) override {
        norm_.forward({args.src[0], args.parameters[0], args.parameters[1], args.dst,
                       training_ ? reinterpret_cast<float*>(args.saved) : nullptr});
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        norm_.backward({args.src[0], args.parameters[0], reinterpret_cast<const float*>(args.saved), args.diff_dst,
                        args.diff_src[0], args.diff_parameters[0], args.diff_parameters[1]},
                       args.workspace);
    }
    Memory memory() const noexcept override {
        const auto rows = static_cast<std::size_t>(norm_.shape().rows);
        return {.saved_bytes = training_ ? 2 * rows * sizeof(float) : 0,
                .workspace_bytes = training_ ? norm_.workspace_bytes() : 0,
                .in_place = 0,
                .diff_in_place = 0,
                .needs_diff_src = true};
    }
    std::string implementation() const override { return "own:layer_norm"; }

private:
    bool training_;
    kernel::LayerNorm norm_;
};

}  // namespace

void LayerNormAttributes::visit(OptionVisitor& v) {
    v.integer({"axes", "number of last dimensions that are normalised together", 1, 2}, axes);
    v.number({"epsilon", "added to the variance", 0, 1}, epsilon);
}

LayerNorm::LayerNorm(LayerNormAttributes attributes) : attributes_(attributes) {
    expect_range(name, "axes", static_cast<double>(attributes_.axes), 1, 2);
    expect_range(name, "epsilon", attributes_.epsilon, 0, 1);
}

Shape LayerNorm::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(name, inputs, 1);
    if (inputs[0].rank() < attributes_.axes || inputs[0].count() <= 0) {
        throw ShapeError(fmt::format("{}: src[0]: expected at least {} dimension(s), none empty, got {}", name,
                                     attributes_.axes, to_string(inputs[0])));
    }
    return inputs[0];
}

std::vector<ParameterSpec> LayerNorm::parameters(std::span<const Shape> inputs) const {
    const Shape shape = normalised_dimensions(attributes_, inputs[0]);
    const Initializer zero{Initializer::Kind::constant, 0, 0}, one{Initializer::Kind::constant, 1, 0};
    return {{"weight", shape, ParameterRole::scale, one}, {"bias", shape, ParameterRole::shift, zero}};
}

std::unique_ptr<OperatorKernel> LayerNorm::compile(const CompileArgs& args) const {
    output_shape(args.inputs);
    return std::make_unique<LayerNormKernel>(attributes_, args);
}

void LayerNorm::reference(ReferenceArgs& args) const {
    const kernel::LayerNormShape shape = kernel_shape(attributes_, args.batch, args.inputs[0]);
    const reference::LayerNormInput input{args.src[0], args.parameters[0], args.parameters[1]};
    args.dst = reference::layer_norm_forward(shape, input);
    if (args.diff_dst.empty()) return;
    reference::LayerNormInput diff = reference::layer_norm_backward(shape, input, args.diff_dst);
    args.diff_src = {std::move(diff.src)};
    args.diff_parameters = {std::move(diff.gamma), std::move(diff.beta)};
}

void LayerNorm::visit_attributes(OptionVisitor& v) const { LayerNormAttributes(attributes_).visit(v); }

OperatorPtr make_layer_norm(LayerNormAttributes attributes) { return std::make_shared<LayerNorm>(attributes); }

}  // namespace hpnas
