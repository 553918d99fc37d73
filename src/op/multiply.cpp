#include "hpnas/op/multiply.hpp"

#include <algorithm>
#include <functional>

#include "hpnas/kernel/elementwise.hpp"
#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

class MultiplyKernel final : public OperatorKernel {
public:
    MultiplyKernel(std::int64_t count, bool inference) : count_(count), inference_(inference) {}

    void forward(const ForwardArgs& args, const StepContext&) override {
        kernel::multiply(args.src[0], args.src[1], args.dst, count_);
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        for (const std::size_t i : {std::size_t{0}, std::size_t{1}})
            if (args.diff_src[i] != nullptr) kernel::multiply(args.diff_dst, args.src[1 - i], args.diff_src[i], count_);
    }
    Memory memory() const noexcept override { return {.in_place = inference_ ? 0 : -1}; }
    std::string implementation() const override { return "own:elementwise"; }

private:
    std::int64_t count_;
    bool inference_;
};

}  // namespace

Shape Multiply::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(type(), inputs, 2);
    expect_shape(type(), 1, inputs[1], inputs[0]);
    return inputs[0];
}

std::unique_ptr<OperatorKernel> Multiply::compile(const CompileArgs& args) const {
    return std::make_unique<MultiplyKernel>(args.batch * output_shape(args.inputs).count(),
                                            args.mode == ExecutionMode::inference);
}

void Multiply::reference(ReferenceArgs& args) const {
    const auto product = [](const std::vector<double>& a, const std::vector<double>& b) {
        std::vector<double> result(a.size());
        std::transform(a.begin(), a.end(), b.begin(), result.begin(), std::multiplies<>());
        return result;
    };
    args.dst = product(args.src[0], args.src[1]);
    if (!args.diff_dst.empty())
        args.diff_src = {product(args.diff_dst, args.src[1]), product(args.diff_dst, args.src[0])};
}

OperatorPtr make_multiply() { return std::make_shared<Multiply>(); }

}  // namespace hpnas
