#include "hpnas/op/zero.hpp"

#include "hpnas/kernel/elementwise.hpp"
#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

class ZeroKernel final : public OperatorKernel {
public:
    explicit ZeroKernel(std::int64_t count) : count_(count) {}

    void forward(const ForwardArgs& args, const StepContext&) override { kernel::fill(0, args.dst, count_); }
    void backward(const BackwardArgs& args, const StepContext&) override {
        if (args.diff_src[0] != nullptr) kernel::fill(0, args.diff_src[0], count_);
    }
    Memory memory() const noexcept override { return {.needs_src = false, .in_place = 0, .diff_in_place = 0}; }
    std::string implementation() const override { return "own:elementwise"; }

private:
    std::int64_t count_;
};

}  // namespace

Shape Zero::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(type(), inputs, 1);
    return inputs[0];
}

std::unique_ptr<OperatorKernel> Zero::compile(const CompileArgs& args) const {
    return std::make_unique<ZeroKernel>(args.batch * output_shape(args.inputs).count());
}

void Zero::reference(ReferenceArgs& args) const {
    args.dst.assign(args.src[0].size(), 0);
    if (!args.diff_dst.empty()) args.diff_src.assign(1, std::vector<double>(args.diff_dst.size(), 0));
}

OperatorPtr make_zero() { return std::make_shared<Zero>(); }

}  // namespace hpnas
