#include "hpnas/op/global_average_pool.hpp"

#include "hpnas/kernel/pooling.hpp"
#include "hpnas/kernel/reference.hpp"
#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

namespace reference = kernel::reference;

class GlobalAveragePoolKernel final : public OperatorKernel {
public:
    GlobalAveragePoolKernel(std::int64_t batch, const Shape& src)
        : batch_(batch), spatial_(src[0] * src[1]), channels_(src[2]) {}

    void forward(const ForwardArgs& args, const StepContext&) override {
        kernel::global_average_pool_forward(args.src[0], args.dst, batch_, spatial_, channels_);
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        if (args.diff_src[0] == nullptr) return;
        kernel::global_average_pool_backward(args.diff_dst, args.diff_src[0], batch_, spatial_, channels_);
    }
    Memory memory() const noexcept override { return {.needs_src = false}; }
    std::string implementation() const override { return "own:mean"; }

private:
    std::int64_t batch_, spatial_, channels_;
};

}  // namespace

Shape GlobalAveragePool::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(type(), inputs, 1);
    expect_image(type(), inputs[0]);
    return {inputs[0][2]};
}

std::unique_ptr<OperatorKernel> GlobalAveragePool::compile(const CompileArgs& args) const {
    output_shape(args.inputs);
    return std::make_unique<GlobalAveragePoolKernel>(args.batch, args.inputs[0]);
}

void GlobalAveragePool::reference(ReferenceArgs& args) const {
    const Shape& src = args.inputs[0];
    args.dst = reference::global_average_pool_forward(args.src[0], args.batch, src[0] * src[1], src[2]);
    if (args.diff_dst.empty()) return;
    args.diff_src = {reference::global_average_pool_backward(args.diff_dst, args.batch, src[0] * src[1], src[2])};
}

OperatorPtr make_global_average_pool() { return std::make_shared<GlobalAveragePool>(); }

}  // namespace hpnas
