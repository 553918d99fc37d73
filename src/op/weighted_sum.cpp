#include "hpnas/op/weighted_sum.hpp"

#include <fmt/format.h>

#include "hpnas/kernel/weighted_sum.hpp"
#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

class WeightedSumKernel final : public OperatorKernel {
public:
    explicit WeightedSumKernel(const CompileArgs& args)
        : shape_{args.batch, args.inputs[0].count(), args.inputs.back().count()},
          inference_(args.mode == ExecutionMode::inference) {}

    void forward(const ForwardArgs& args, const StepContext&) override {
        const std::size_t n = args.src.size() - 1;
        kernel::weighted_sum(shape_, args.src.first(n), args.src[n], args.dst);
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        const std::size_t n = args.src.size() - 1;
        kernel::weighted_sum_backward(shape_, {args.src.first(n), args.src[n], args.diff_dst, args.diff_src.first(n),
                                               args.diff_src[n], reinterpret_cast<double*>(args.workspace)});
    }
    Memory memory() const noexcept override {
        return {.workspace_bytes = inference_ ? 0 : kernel::weighted_sum_scratch(shape_) * sizeof(double)};
    }
    std::string implementation() const override { return "own:elementwise"; }

private:
    kernel::WeightedSumShape shape_;
    bool inference_;
};

}  // namespace

Shape WeightedSum::output_shape(std::span<const Shape> inputs) const {
    if (inputs.size() < 2)
        throw ShapeError(
            fmt::format("{}: expected at least 2 inputs, values and their weights, got {}", type(), inputs.size()));
    const std::size_t n = inputs.size() - 1;
    for (std::size_t i = 1; i < n; ++i) expect_shape(type(), i, inputs[i], inputs[0]);
    expect_shape(type(), n, inputs[n], Shape{static_cast<std::int64_t>(n)});
    return inputs[0];
}

std::unique_ptr<OperatorKernel> WeightedSum::compile(const CompileArgs& args) const {
    output_shape(args.inputs);
    return std::make_unique<WeightedSumKernel>(args);
}

void WeightedSum::reference(ReferenceArgs& args) const {
    const std::size_t n = args.src.size() - 1;
    const auto count = static_cast<std::size_t>(args.inputs[0].count());
    args.dst.assign(args.src[0].size(), 0);
    args.diff_src.assign(args.diff_dst.empty() ? 0 : args.src.size(), {});
    for (std::size_t s = 0; s < args.diff_src.size(); ++s) args.diff_src[s].assign(args.src[s].size(), 0);
    for (std::size_t i = 0; i < args.dst.size(); ++i)
        for (std::size_t k = 0; k < n; ++k) {
            const std::size_t at = i / count * n + k;
            const double weight = args.src[n][at];
            if (weight == 0) continue;
            args.dst[i] += weight * args.src[k][i];
            if (args.diff_src.empty()) continue;
            args.diff_src[k][i] = weight * args.diff_dst[i];
            args.diff_src[n][at] += args.src[k][i] * args.diff_dst[i];
        }
}

OperatorPtr make_weighted_sum() { return std::make_shared<WeightedSum>(); }

}  // namespace hpnas
