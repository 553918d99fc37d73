#include "hpnas/op/identity.hpp"

#include <algorithm>

#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

class IdentityKernel final : public OperatorKernel {
public:
    explicit IdentityKernel(std::int64_t count) : count_(count) {}

    void forward(const ForwardArgs& args, const StepContext&) override {
        if (args.src[0] != args.dst) std::copy_n(args.src[0], count_, args.dst);
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        if (args.diff_src[0] != nullptr && args.diff_src[0] != args.diff_dst) {
            std::copy_n(args.diff_dst, count_, args.diff_src[0]);
        }
    }
    Memory memory() const noexcept override {
        return {.needs_src = false, .in_place = 0, .diff_in_place = 0, .passes_gradient = true};
    }
    std::string implementation() const override { return "own:copy"; }

private:
    std::int64_t count_;
};

}  // namespace

Shape Identity::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(type(), inputs, 1);
    return inputs[0];
}

std::unique_ptr<OperatorKernel> Identity::compile(const CompileArgs& args) const {
    return std::make_unique<IdentityKernel>(args.batch * output_shape(args.inputs).count());
}

void Identity::reference(ReferenceArgs& args) const {
    args.dst = args.src[0];
    if (!args.diff_dst.empty()) args.diff_src.assign(1, args.diff_dst);
}

OperatorPtr make_identity() { return std::make_shared<Identity>(); }

}  // namespace hpnas
