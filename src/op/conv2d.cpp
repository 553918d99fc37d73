#include "hpnas/op/conv2d.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "hpnas/kernel/convolution.hpp"
#include "hpnas/kernel/reference.hpp"
#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

namespace reference = kernel::reference;

constexpr std::string_view name = "conv2d";

kernel::ConvolutionShape kernel_shape(const Conv2dAttributes& a, std::int64_t batch, const Shape& src) {
    const auto window = kernel::Window::square(a.kernel, a.stride, a.padding, a.dilation);
    return {batch, src[0], src[1], src[2], a.out, a.groups, window};
}

/// Training and evaluation: weights change between calls.
class TrainingKernel final : public OperatorKernel {
public:
    TrainingKernel(const Conv2dAttributes& a, const CompileArgs& args)
        : bias_(a.bias),
          convolution_(args.engine, kernel_shape(a, args.batch, args.inputs[0]), a.bias, args.input_gradients) {}

    void forward(const ForwardArgs& args, const StepContext&) override {
        convolution_.forward(args.src[0], args.parameters[0], bias_ ? args.parameters[1] : nullptr, args.dst,
                             args.workspace);
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        if (args.diff_parameters[0] != nullptr) {
            convolution_.backward_weights(args.src[0], args.diff_dst, args.diff_parameters[0],
                                          bias_ ? args.diff_parameters[1] : nullptr, args.workspace);
        }
        if (args.diff_src[0] != nullptr) {
            convolution_.backward_data(args.diff_dst, args.parameters[0], args.diff_src[0], args.workspace);
        }
    }
    Memory memory() const noexcept override { return {.workspace_bytes = convolution_.workspace_bytes()}; }
    std::string implementation() const override { return convolution_.implementation(); }

private:
    bool bias_;
    kernel::Convolution convolution_;
};

/// Inference: weights are packed once; bias, residual and activation ride on the products.
class InferenceKernel final : public OperatorKernel {
public:
    InferenceKernel(const Conv2dAttributes& a, const CompileArgs& args)
        : attributes_(a),
          convolution_(args.engine, kernel_shape(a, args.batch, args.inputs[0]), {a.activation, a.residual}) {}

    void pack(std::span<float* const> parameters, std::byte* packed) override {
        convolution_.pack(parameters[0], attributes_.bias ? parameters[1] : nullptr, packed);
        packed_ = packed;
    }
    void forward(const ForwardArgs& args, const StepContext&) override {
        convolution_.run(args.src[0], packed_, attributes_.residual ? args.src[1] : nullptr, args.dst, args.workspace);
    }
    void backward(const BackwardArgs&, const StepContext&) override {
        throw InternalError("conv2d: backward called in inference mode");
    }
    Memory memory() const noexcept override {
        return {.workspace_bytes = convolution_.workspace_bytes(),
                .packed_bytes = convolution_.packed_bytes(),
                .in_place = attributes_.residual ? 1 : -1};
    }
    std::string implementation() const override { return convolution_.implementation(); }

private:
    Conv2dAttributes attributes_;
    kernel::PackedConvolution convolution_;
    const std::byte* packed_ = nullptr;
};

}  // namespace

void Conv2dAttributes::visit(OptionVisitor& v) {
    constexpr double most = 1 << 24;
    v.integer({"out", "output channels", 1, most, true}, out);
    v.integer({"kernel", "height and width of the kernel", 1, 1024}, kernel);
    v.integer({"stride", "step of the window", 1, 1024}, stride);
    v.integer({"padding", "zeros on every side; -1: dilation * (kernel - 1) / 2", -1, 1024}, padding);
    v.integer({"dilation", "distance of the kernel's taps", 1, 1024}, dilation);
    v.integer({"groups", "groups of channels; as many as channels: depthwise", 1, most}, groups);
    v.boolean({"bias", "add a learned value per output channel"}, bias);
    visit_activation(v, activation);
    v.boolean({"residual", "add a second input before the activation"}, residual);
}

Conv2d::Conv2d(Conv2dAttributes attributes) : attributes_(attributes) {
    Conv2dAttributes& a = attributes_;
    constexpr double most = 1 << 24;
    expect_range(name, "out", static_cast<double>(a.out), 1, most);
    expect_range(name, "kernel", static_cast<double>(a.kernel), 1, 1024);
    expect_range(name, "stride", static_cast<double>(a.stride), 1, 1024);
    expect_range(name, "dilation", static_cast<double>(a.dilation), 1, 1024);
    expect_range(name, "groups", static_cast<double>(a.groups), 1, most);
    // One text per function: "as usual" and the same number written out must not differ in signature.
    if (a.padding < 0) a.padding = a.dilation * (a.kernel - 1) / 2;
}

Shape Conv2d::output_shape(std::span<const Shape> inputs) const {
    const Conv2dAttributes& a = attributes_;
    expect_inputs(name, inputs, a.residual ? 2 : 1);
    const Shape& src = inputs[0];
    expect_image(name, src);
    if (src[2] % a.groups != 0) {
        throw ShapeError(fmt::format("{}: src[0] has {} channels, groups = {} does not divide it (src {})", name,
                                     src[2], a.groups, to_string(src)));
    }
    if (a.out % a.groups != 0) {
        throw ShapeError(fmt::format("{}: out = {}: groups = {} does not divide it", name, a.out, a.groups));
    }
    const kernel::ConvolutionShape shape = kernel_shape(a, 1, src);
    if (shape.out_h() < 1 || shape.out_w() < 1) {
        throw ShapeError(fmt::format("{}: kernel = {} with dilation {} does not fit src {} with padding {}", name,
                                     a.kernel, a.dilation, to_string(src), a.padding));
    }
    const Shape dst{shape.out_h(), shape.out_w(), a.out};
    if (a.residual) expect_shape(name, 1, inputs[1], dst);
    return dst;
}

std::vector<ParameterSpec> Conv2d::parameters(std::span<const Shape> inputs) const {
    const Conv2dAttributes& a = attributes_;
    const std::int64_t group = inputs[0].channels() / a.groups;
    const double bound = 1 / std::sqrt(static_cast<double>(a.kernel * a.kernel * group));
    const Initializer uniform{Initializer::Kind::uniform, -bound, bound};
    std::vector<ParameterSpec> specs{{"weight", {a.out, a.kernel, a.kernel, group}, ParameterRole::weight, uniform}};
    if (a.bias) specs.push_back({"bias", {a.out}, ParameterRole::bias, uniform});
    return specs;
}

std::int64_t Conv2d::macs(std::span<const Shape> inputs) const {
    return kernel_shape(attributes_, 1, inputs[0]).macs();
}

std::unique_ptr<OperatorKernel> Conv2d::compile(const CompileArgs& args) const {
    output_shape(args.inputs);
    if (args.mode == ExecutionMode::inference) return std::make_unique<InferenceKernel>(attributes_, args);
    if (attributes_.residual || attributes_.activation != Activation::none) {
        throw InternalError("conv2d: a deployed convolution (activation, residual) compiles in inference mode only");
    }
    return std::make_unique<TrainingKernel>(attributes_, args);
}

void Conv2d::reference(ReferenceArgs& args) const {
    const kernel::ConvolutionShape s = kernel_shape(attributes_, args.batch, args.inputs[0]);
    const std::vector<double> bias = attributes_.bias ? args.parameters[1] : std::vector<double>{};
    std::vector<double> sum = reference::convolution_forward(s, args.src[0], args.parameters[0], bias);
    if (attributes_.residual) std::transform(sum.begin(), sum.end(), args.src[1].begin(), sum.begin(), std::plus<>());
    args.dst = reference::activation_forward(attributes_.activation, sum);
    if (args.diff_dst.empty()) return;
    const std::vector<double> diff = reference::activation_backward(attributes_.activation, sum, args.diff_dst);
    args.diff_src = {reference::convolution_backward_data(s, diff, args.parameters[0])};
    args.diff_parameters = {reference::convolution_backward_weights(s, args.src[0], diff)};
    if (attributes_.residual) args.diff_src.push_back(diff);
    if (attributes_.bias) args.diff_parameters.push_back(reference::bias_backward(diff, s.k));
}

void Conv2d::visit_attributes(OptionVisitor& v) const { Conv2dAttributes(attributes_).visit(v); }

OperatorPtr make_conv2d(Conv2dAttributes attributes) { return std::make_shared<Conv2d>(attributes); }

}  // namespace hpnas
