#include "hpnas/op/batch_norm.hpp"

#include <fmt/format.h>

#include <cmath>

#include "hpnas/kernel/batch_norm.hpp"
#include "hpnas/kernel/reference.hpp"
#include "hpnas/op/check.hpp"
#include "hpnas/tensor/arena.hpp"

namespace hpnas {
namespace {

namespace reference = kernel::reference;

constexpr std::string_view name = "batch_norm";

kernel::BatchNormShape kernel_shape(const BatchNormAttributes& a, std::int64_t batch, const Shape& src) {
    const std::int64_t channels = src.channels();
    return {batch * src.count() / channels, channels, a.activation, a.residual, static_cast<float>(a.eps),
            static_cast<float>(a.momentum)};
}

class BatchNormKernel final : public OperatorKernel {
public:
    BatchNormKernel(const BatchNormAttributes& a, const CompileArgs& args)
        : attributes_(a), mode_(args.mode), norm_(kernel_shape(a, args.batch, args.inputs[0])) {
        if (a.affine) return;
        const auto channels = static_cast<std::size_t>(norm_.shape().channels);
        constants_.assign(4 * channels, 0);
        std::fill_n(constants_.begin(), channels, 1.0F);
    }

    void forward(const ForwardArgs& args, const StepContext&) override {
        kernel::BatchNormForward call;
        call.src = args.src[0];
        call.residual = attributes_.residual ? args.src[1] : nullptr;
        call.gamma = scale(args.parameters);
        call.beta = shift(args.parameters);
        call.dst = args.dst;
        call.running_mean = args.parameters[running()];
        call.running_variance = args.parameters[running() + 1];
        if (mode_ != ExecutionMode::training) return norm_.forward_evaluation(call, args.workspace);
        call.mean = reinterpret_cast<float*>(args.saved);
        call.inv_std = reinterpret_cast<float*>(args.saved + statistics_bytes());
        norm_.forward_training(call, args.workspace);
    }

    void backward(const BackwardArgs& args, const StepContext&) override {
        const bool training = mode_ == ExecutionMode::training;
        kernel::BatchNormBackward call;
        call.src = args.src[0];
        call.dst = args.dst;
        call.residual = attributes_.residual ? args.src[1] : nullptr;
        call.gamma = scale(args.parameters);
        call.beta = shift(args.parameters);
        call.mean = training ? reinterpret_cast<const float*>(args.saved) : args.parameters[running()];
        call.inv_std =
            training ? reinterpret_cast<const float*>(args.saved + statistics_bytes()) : args.parameters[running() + 1];
        call.diff_dst = args.diff_dst;
        call.diff_src = args.diff_src[0];
        call.diff_gamma = attributes_.affine ? args.diff_parameters[0] : constant(2);
        call.diff_beta = attributes_.affine ? args.diff_parameters[1] : constant(3);
        call.diff_residual = attributes_.residual ? args.diff_src[1] : nullptr;
        training ? norm_.backward_training(call, args.workspace) : norm_.backward_evaluation(call, args.workspace);
    }

    Memory memory() const noexcept override {
        const bool keeps = mode_ != ExecutionMode::inference;
        return {.saved_bytes = mode_ == ExecutionMode::training ? 2 * statistics_bytes() : 0,
                .workspace_bytes = norm_.workspace_bytes(),
                .needs_src = true,
                .needs_dst = norm_.backward_needs_dst(),
                .in_place = keeps ? -1 : (attributes_.residual ? 1 : 0),
                .diff_in_place = attributes_.residual ? 1 : 0,
                .needs_diff_src = true};
    }
    std::string implementation() const override { return "own:batch_norm"; }

private:
    std::size_t running() const noexcept { return attributes_.affine ? 2 : 0; }
    std::size_t statistics_bytes() const noexcept {
        return aligned_bytes(static_cast<std::size_t>(norm_.shape().channels) * sizeof(float));
    }
    float* constant(std::size_t i) noexcept {
        return constants_.data() + i * static_cast<std::size_t>(norm_.shape().channels);
    }
    const float* scale(std::span<float* const> parameters) noexcept {
        return attributes_.affine ? parameters[0] : constant(0);
    }
    const float* shift(std::span<float* const> parameters) noexcept {
        return attributes_.affine ? parameters[1] : constant(1);
    }

    BatchNormAttributes attributes_;
    ExecutionMode mode_;
    kernel::BatchNorm norm_;
    std::vector<float> constants_;  // not affine: scale 1, shift 0 and a place for their unwanted gradients
};

reference::BatchNormInput reference_input(const BatchNormAttributes& a, const ReferenceArgs& args,
                                          const kernel::BatchNormShape& shape) {
    const auto channels = static_cast<std::size_t>(shape.channels);
    const std::size_t running = a.affine ? 2 : 0;
    reference::BatchNormInput input;
    input.src = args.src[0];
    input.gamma = a.affine ? args.parameters[0] : std::vector<double>(channels, 1);
    input.beta = a.affine ? args.parameters[1] : std::vector<double>(channels, 0);
    if (a.residual) input.residual = args.src[1];
    input.mean = args.parameters[running];
    input.variance = args.parameters[running + 1];
    if (args.mode == ExecutionMode::training) {
        reference::batch_statistics(shape, input.src, input.mean, input.variance);
    }
    return input;
}

}  // namespace

void BatchNormAttributes::visit(OptionVisitor& v) {
    v.number({"eps", "added to the variance", 0, 1}, eps);
    v.number({"momentum", "weight of the new batch in the running statistics", 0, 1}, momentum);
    v.boolean({"affine", "learn a scale and a shift"}, affine);
    visit_activation(v, activation);
    v.boolean({"residual", "add a second input before the activation"}, residual);
}

BatchNorm::BatchNorm(BatchNormAttributes attributes) : attributes_(attributes) {
    expect_range(name, "eps", attributes_.eps, 0, 1);
    expect_range(name, "momentum", attributes_.momentum, 0, 1);
}

Shape BatchNorm::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(name, inputs, attributes_.residual ? 2 : 1);
    if (inputs[0].rank() == 0 || inputs[0].count() <= 0) {
        throw ShapeError(fmt::format("{}: src[0]: expected [..., C] with C >= 1, got {}", name, to_string(inputs[0])));
    }
    if (attributes_.residual) expect_shape(name, 1, inputs[1], inputs[0]);
    return inputs[0];
}

std::vector<ParameterSpec> BatchNorm::parameters(std::span<const Shape> inputs) const {
    const Shape shape{inputs[0].channels()};
    const Initializer zero{Initializer::Kind::constant, 0, 0}, one{Initializer::Kind::constant, 1, 0};
    std::vector<ParameterSpec> specs;
    if (attributes_.affine) {
        specs = {{"weight", shape, ParameterRole::scale, one}, {"bias", shape, ParameterRole::shift, zero}};
    }
    specs.push_back({"running_mean", shape, ParameterRole::running_mean, zero});
    specs.push_back({"running_var", shape, ParameterRole::running_variance, one});
    return specs;
}

std::unique_ptr<OperatorKernel> BatchNorm::compile(const CompileArgs& args) const {
    output_shape(args.inputs);
    return std::make_unique<BatchNormKernel>(attributes_, args);
}

void BatchNorm::reference(ReferenceArgs& args) const {
    const kernel::BatchNormShape shape = kernel_shape(attributes_, args.batch, args.inputs[0]);
    const reference::BatchNormInput input = reference_input(attributes_, args, shape);
    args.dst = reference::batch_norm_forward(shape, input);
    if (args.diff_dst.empty()) return;
    const bool training = args.mode == ExecutionMode::training;
    reference::BatchNormGradients gradients = reference::batch_norm_backward(shape, input, args.diff_dst, training);
    args.diff_src = {std::move(gradients.src)};
    if (attributes_.residual) args.diff_src.push_back(std::move(gradients.residual));
    args.diff_parameters.assign(attributes_.affine ? 4 : 2, {});
    if (!attributes_.affine) return;
    args.diff_parameters[0] = std::move(gradients.gamma);
    args.diff_parameters[1] = std::move(gradients.beta);
}

void BatchNorm::visit_attributes(OptionVisitor& v) const { BatchNormAttributes(attributes_).visit(v); }

OperatorPtr make_batch_norm(BatchNormAttributes attributes) { return std::make_shared<BatchNorm>(attributes); }

}  // namespace hpnas
