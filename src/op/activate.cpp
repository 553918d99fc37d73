#include "hpnas/op/activate.hpp"

#include "hpnas/kernel/reference.hpp"
#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

namespace reference = kernel::reference;

class ActivateKernel final : public OperatorKernel {
public:
    ActivateKernel(Activation kind, std::int64_t count) : kind_(kind), count_(count) {}

    void forward(const ForwardArgs& args, const StepContext&) override {
        kernel::activation_forward(kind_, args.src[0], args.dst, count_);
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        if (args.diff_src[0] == nullptr) return;
        const float* values = kind_ == Activation::relu ? args.dst : args.src[0];
        kernel::activation_backward(kind_, values, args.diff_dst, args.diff_src[0], count_);
    }
    Memory memory() const noexcept override {
        const bool relu = kind_ == Activation::relu;  // its sign survives in dst, so src may be overwritten
        return {.needs_src = !relu, .needs_dst = relu, .in_place = 0, .diff_in_place = 0};
    }
    std::string implementation() const override { return "own:elementwise"; }

private:
    Activation kind_;
    std::int64_t count_;
};

}  // namespace

Activate::Activate(Activation kind) : kind_(kind) {
    if (kind == Activation::none) throw ShapeError("activation: expected relu, swish, sigmoid, gelu, tanh, leaky_relu or relu6, got none");
}

Shape Activate::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(type(), inputs, 1);
    return inputs[0];
}

std::unique_ptr<OperatorKernel> Activate::compile(const CompileArgs& args) const {
    return std::make_unique<ActivateKernel>(kind_, args.batch * output_shape(args.inputs).count());
}

void Activate::reference(ReferenceArgs& args) const {
    args.dst = reference::activation_forward(kind_, args.src[0]);
    if (!args.diff_dst.empty()) args.diff_src = {reference::activation_backward(kind_, args.src[0], args.diff_dst)};
}

OperatorPtr make_activation(Activation kind) { return std::make_shared<Activate>(kind); }

}  // namespace hpnas
