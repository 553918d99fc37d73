#include "hpnas/op/add.hpp"

#include <algorithm>

#include "hpnas/kernel/elementwise.hpp"
#include "hpnas/kernel/reference.hpp"
#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

namespace reference = kernel::reference;

class AddKernel final : public OperatorKernel {
public:
    AddKernel(Activation activation, std::int64_t count) : activation_(activation), count_(count) {}

    void forward(const ForwardArgs& args, const StepContext&) override {
        kernel::add(args.src[0], args.src[1], args.dst, count_);
        if (activation_ != Activation::none) {
            kernel::activation_forward(activation_, args.dst, args.dst, count_);
        }
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        float* first = args.diff_src[0] != nullptr ? args.diff_src[0] : args.diff_src[1];
        if (first == nullptr) return;
        kernel::activation_backward(activation_, sum(args), args.diff_dst, first, count_);
        if (args.diff_src[0] != nullptr && args.diff_src[1] != nullptr) {
            std::copy_n(first, count_, args.diff_src[1]);
        }
    }
    Memory memory() const noexcept override {
        const bool swish = activation_ == Activation::swish;
        return {.workspace_bytes = swish ? static_cast<std::size_t>(count_) * sizeof(float) : 0,
                .needs_src = swish,
                .needs_dst = activation_ == Activation::relu,
                .in_place = 0,
                .diff_in_place = 0,
                .passes_gradient = activation_ == Activation::none};
    }
    std::string implementation() const override { return "own:elementwise"; }

private:
    /// What activation_backward differentiates at: relu's output does, swish needs its input again.
    const float* sum(const BackwardArgs& args) const {
        if (activation_ == Activation::relu) return args.dst;
        auto* scratch = reinterpret_cast<float*>(args.workspace);
        if (activation_ == Activation::swish) kernel::add(args.src[0], args.src[1], scratch, count_);
        return activation_ == Activation::swish ? scratch : args.diff_dst;  // none: the values do not matter
    }

    Activation activation_;
    std::int64_t count_;
};

}  // namespace

void AddAttributes::visit(OptionVisitor& v) { visit_activation(v, activation); }

Shape Add::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(type(), inputs, 2);
    expect_shape(type(), 1, inputs[1], inputs[0]);
    return inputs[0];
}

std::unique_ptr<OperatorKernel> Add::compile(const CompileArgs& args) const {
    return std::make_unique<AddKernel>(attributes_.activation, args.batch * output_shape(args.inputs).count());
}

void Add::reference(ReferenceArgs& args) const {
    std::vector<double> sum(args.src[0].size());
    std::transform(args.src[0].begin(), args.src[0].end(), args.src[1].begin(), sum.begin(), std::plus<>());
    args.dst = reference::activation_forward(attributes_.activation, sum);
    if (args.diff_dst.empty()) return;
    args.diff_src.assign(2, reference::activation_backward(attributes_.activation, sum, args.diff_dst));
}

void Add::visit_attributes(OptionVisitor& v) const { AddAttributes(attributes_).visit(v); }

OperatorPtr make_add(AddAttributes attributes) { return std::make_shared<Add>(attributes); }

}  // namespace hpnas
