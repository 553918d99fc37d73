#include "hpnas/op/linear.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "hpnas/kernel/elementwise.hpp"
#include "hpnas/kernel/linear.hpp"
#include "hpnas/kernel/packed_linear.hpp"
#include "hpnas/kernel/reference.hpp"
#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

namespace reference = kernel::reference;

constexpr std::string_view name = "linear";

/// Of an inference: fewer run as vectors.
constexpr std::int64_t rows_worth_packing = 16;

kernel::LinearShape kernel_shape(const LinearAttributes& a, const CompileArgs& args) {
    const std::int64_t channels = args.inputs[0].channels();
    return {args.batch * args.inputs[0].count() / channels, channels, a.out, a.bias, a.activation,
            args.mode != ExecutionMode::inference};
}

class LinearKernel final : public OperatorKernel {
public:
    LinearKernel(const LinearAttributes& a, const CompileArgs& args)
        : attributes_(a), linear_(args.engine, without_late_activation(a, kernel_shape(a, args))) {}

    void forward(const ForwardArgs& args, const StepContext&) override {
        linear_.forward(args.src[0], args.parameters[0], attributes_.bias ? args.parameters[1] : nullptr, args.dst,
                        args.workspace);
        if (!attributes_.residual) return;
        const std::int64_t count = linear_.shape().rows * linear_.shape().k;
        kernel::add(args.dst, args.src[1], args.dst, count);
        if (attributes_.activation != Activation::none)
            kernel::activation_forward(attributes_.activation, args.dst, args.dst, count);
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        if (args.diff_parameters[0] != nullptr) {
            linear_.backward_weights(args.src[0], args.diff_dst, args.diff_parameters[0],
                                     attributes_.bias ? args.diff_parameters[1] : nullptr, args.workspace);
        }
        if (args.diff_src[0] != nullptr) {
            linear_.backward_data(args.diff_dst, args.parameters[0], args.diff_src[0], args.workspace);
        }
    }
    Memory memory() const noexcept override { return {.workspace_bytes = linear_.workspace_bytes()}; }
    std::string implementation() const override { return linear_.implementation(); }

private:
    static kernel::LinearShape without_late_activation(const LinearAttributes& a, kernel::LinearShape shape) {
        if (a.residual) shape.activation = Activation::none;  // it follows the sum
        return shape;
    }

    LinearAttributes attributes_;
    kernel::Linear linear_;
};

kernel::PackedLinearShape packed_shape(const kernel::LinearShape& s) { return {s.rows, s.c, s.k, s.activation}; }

class DeployedLinearKernel final : public OperatorKernel {
public:
    DeployedLinearKernel(const LinearAttributes& a, const CompileArgs& args)
        : attributes_(a), linear_(packed_shape(kernel_shape(a, args))) {}

    void pack(std::span<float* const> parameters, std::byte* packed) override {
        linear_.pack(parameters[0], attributes_.bias ? parameters[1] : nullptr, packed);
        packed_ = packed;
    }
    void forward(const ForwardArgs& args, const StepContext&) override {
        linear_.run(args.src[0], packed_, attributes_.residual ? args.src[1] : nullptr, args.dst);
    }
    void backward(const BackwardArgs&, const StepContext&) override {
        throw InternalError("linear: backward called in inference mode");
    }
    Memory memory() const noexcept override {
        return {.packed_bytes = linear_.packed_bytes(), .in_place = attributes_.residual ? 1 : -1};
    }
    std::string implementation() const override { return linear_.implementation(); }

private:
    LinearAttributes attributes_;
    kernel::PackedLinear linear_;
    const std::byte* packed_ = nullptr;
};

}  // namespace

void LinearAttributes::visit(OptionVisitor& v) {
    v.integer({"out", "output features", 1, 1 << 24, true}, out);
    v.boolean({"bias", "add a learned value per output feature"}, bias);
    visit_activation(v, activation);
    v.boolean({"residual", "add a second input before the activation"}, residual);
}

Linear::Linear(LinearAttributes attributes) : attributes_(attributes) {
    expect_range(name, "out", static_cast<double>(attributes_.out), 1, 1 << 24);
}

Shape Linear::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(name, inputs, attributes_.residual ? 2 : 1);
    Shape dst = inputs[0];
    if (dst.rank() == 0 || dst.count() <= 0) {
        throw ShapeError(fmt::format("{}: src[0]: expected [..., C] with C >= 1, got {}", name, to_string(dst)));
    }
    dst[dst.rank() - 1] = attributes_.out;
    if (attributes_.residual) expect_shape(name, 1, inputs[1], dst);
    return dst;
}

std::vector<ParameterSpec> Linear::parameters(std::span<const Shape> inputs) const {
    const std::int64_t in = inputs[0].channels();
    const double bound = 1 / std::sqrt(static_cast<double>(in));
    const Initializer uniform{Initializer::Kind::uniform, -bound, bound};
    std::vector<ParameterSpec> specs{{"weight", {attributes_.out, in}, ParameterRole::weight, uniform}};
    if (attributes_.bias) specs.push_back({"bias", {attributes_.out}, ParameterRole::bias, uniform});
    return specs;
}

std::int64_t Linear::macs(std::span<const Shape> inputs) const { return inputs[0].count() * attributes_.out; }

std::unique_ptr<OperatorKernel> Linear::compile(const CompileArgs& args) const {
    output_shape(args.inputs);
    const bool inference = args.mode == ExecutionMode::inference;
    if (!inference && (attributes_.activation != Activation::none || attributes_.residual)) {
        throw InternalError("linear: a deployed layer (activation, residual) compiles in inference mode only");
    }
    if (inference && kernel_shape(attributes_, args).rows >= rows_worth_packing)
        return std::make_unique<DeployedLinearKernel>(attributes_, args);
    return std::make_unique<LinearKernel>(attributes_, args);
}

void Linear::reference(ReferenceArgs& args) const {
    const std::int64_t c = args.inputs[0].channels(), k = attributes_.out;
    const std::int64_t rows = args.batch * args.inputs[0].count() / c;
    const std::vector<double>& weight = args.parameters[0];
    const std::vector<double> bias = attributes_.bias ? args.parameters[1] : std::vector<double>{};
    std::vector<double> sum = reference::matmul(
        {.m = rows, .n = k, .k = c, .transpose_b = true, .bias = attributes_.bias}, args.src[0], weight, bias);
    if (attributes_.residual) std::transform(sum.begin(), sum.end(), args.src[1].begin(), sum.begin(), std::plus<>());
    args.dst = reference::activation_forward(attributes_.activation, sum);
    if (args.diff_dst.empty()) return;
    const std::vector<double> diff = reference::activation_backward(attributes_.activation, sum, args.diff_dst);
    args.diff_src = {reference::matmul({.m = rows, .n = c, .k = k}, diff, weight, {})};
    if (attributes_.residual) args.diff_src.push_back(diff);
    args.diff_parameters = {reference::matmul({.m = k, .n = c, .k = rows, .transpose_a = true}, diff, args.src[0], {})};
    if (attributes_.bias) args.diff_parameters.push_back(reference::bias_backward(diff, k));
}

void Linear::visit_attributes(OptionVisitor& v) const { LinearAttributes(attributes_).visit(v); }

OperatorPtr make_linear(LinearAttributes attributes) { return std::make_shared<Linear>(attributes); }

}  // namespace hpnas
