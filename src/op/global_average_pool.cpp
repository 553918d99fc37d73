#include "hpnas/op/global_average_pool.hpp"

#include "hpnas/kernel/pooling.hpp"
#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

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
    const auto channels = static_cast<std::size_t>(args.inputs[0][2]);
    const auto sample = static_cast<std::size_t>(args.inputs[0].count());
    const double weight = static_cast<double>(channels) / static_cast<double>(sample);
    const auto target = [&](std::size_t i) { return i / sample * channels + i % channels; };
    args.dst.assign(static_cast<std::size_t>(args.batch) * channels, 0);
    for (std::size_t i = 0; i < args.src[0].size(); ++i) args.dst[target(i)] += weight * args.src[0][i];
    if (args.diff_dst.empty()) return;
    args.diff_src.assign(1, std::vector<double>(args.src[0].size()));
    for (std::size_t i = 0; i < args.src[0].size(); ++i) args.diff_src[0][i] = weight * args.diff_dst[target(i)];
}

OperatorPtr make_global_average_pool() { return std::make_shared<GlobalAveragePool>(); }

}  // namespace hpnas
