#include "hpnas/op/drop_path.hpp"

#include <algorithm>

#include "hpnas/kernel/elementwise.hpp"
#include "hpnas/op/check.hpp"
#include "random_draw.hpp"

namespace hpnas {
namespace {

constexpr double highest_rate = 0.999;

std::vector<float> draw_factors(double rate, std::int64_t batch, const StepContext& step, std::uint64_t stream) {
    std::vector<float> factors(static_cast<std::size_t>(batch));
    const kernel::DropoutKey key = step_key(step, stream);
    for (std::int64_t row = 0; row < batch; ++row) {
        kernel::drop_path_factors(key, static_cast<float>(rate), sample_number(step, row), 1,
                                  &factors[static_cast<std::size_t>(row)]);
    }
    return factors;
}

class DropPathKernel final : public OperatorKernel {
public:
    DropPathKernel(const DropPathAttributes& a, const CompileArgs& args)
        : rate_(args.mode == ExecutionMode::training ? static_cast<float>(a.rate) : 0.0F),
          residual_(a.residual),
          batch_(args.batch),
          count_(args.inputs[0].count()),
          stream_(args.stream),
          factors_(static_cast<std::size_t>(args.batch)) {}

    void forward(const ForwardArgs& args, const StepContext& step) override {
        draw(step);
        apply({args.src[0], factors_.data(), residual_ ? args.src[1] : nullptr, args.dst});
    }
    void backward(const BackwardArgs& args, const StepContext& step) override {
        draw(step);
        // The residual first: diff_src[0] may overwrite diff_dst.
        if (residual_ && args.diff_src[1] != nullptr && args.diff_src[1] != args.diff_dst) {
            std::copy_n(args.diff_dst, batch_ * count_, args.diff_src[1]);
        }
        if (args.diff_src[0] != nullptr) apply({args.diff_dst, factors_.data(), nullptr, args.diff_src[0]});
    }
    Memory memory() const noexcept override {
        return {.needs_src = false, .in_place = 0, .diff_in_place = residual_ ? 1 : 0, .passes_gradient = rate_ == 0};
    }
    std::string implementation() const override { return "own:drop_path"; }

private:
    void draw(const StepContext& step) {
        const kernel::DropoutKey key = step_key(step, stream_);
        for (std::int64_t row = 0; row < batch_ && rate_ > 0; ++row) {
            kernel::drop_path_factors(key, rate_, sample_number(step, row), 1,
                                      &factors_[static_cast<std::size_t>(row)]);
        }
    }
    void apply(const kernel::SampleScale& args) const {
        if (rate_ > 0) return kernel::scale_samples(args, batch_, count_);
        if (args.residual != nullptr) return kernel::add(args.src, args.residual, args.dst, batch_ * count_);
        if (args.src != args.dst) std::copy_n(args.src, batch_ * count_, args.dst);
    }

    float rate_;
    bool residual_;
    std::int64_t batch_, count_;
    std::uint64_t stream_;
    std::vector<float> factors_;
};

}  // namespace

void DropPathAttributes::visit(OptionVisitor& v) {
    v.number({"rate", "probability that a sample's branch is dropped", 0, highest_rate}, rate);
    v.boolean({"residual", "add a second input after the drop"}, residual);
}

DropPath::DropPath(DropPathAttributes attributes) : attributes_(attributes) {
    expect_range(type(), "rate", attributes_.rate, 0, highest_rate);
}

Shape DropPath::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(type(), inputs, attributes_.residual ? 2 : 1);
    if (attributes_.residual) expect_shape(type(), 1, inputs[1], inputs[0]);
    return inputs[0];
}

std::unique_ptr<OperatorKernel> DropPath::compile(const CompileArgs& args) const {
    output_shape(args.inputs);
    return std::make_unique<DropPathKernel>(attributes_, args);
}

void DropPath::reference(ReferenceArgs& args) const {
    std::vector<float> factors(static_cast<std::size_t>(args.batch), 1.0F);
    if (args.mode == ExecutionMode::training && attributes_.rate > 0) {
        factors = draw_factors(attributes_.rate, args.batch, args.step, args.stream);
    }
    const auto count = static_cast<std::size_t>(args.inputs[0].count());
    const auto apply = [&](std::vector<double> values) {
        for (std::size_t i = 0; i < values.size(); ++i) values[i] *= static_cast<double>(factors[i / count]);
        return values;
    };
    args.dst = apply(args.src[0]);
    if (attributes_.residual) {
        std::transform(args.dst.begin(), args.dst.end(), args.src[1].begin(), args.dst.begin(), std::plus<>());
    }
    if (args.diff_dst.empty()) return;
    args.diff_src = {apply(args.diff_dst)};
    if (attributes_.residual) args.diff_src.push_back(args.diff_dst);
}

void DropPath::visit_attributes(OptionVisitor& v) const { DropPathAttributes(attributes_).visit(v); }

OperatorPtr make_drop_path(DropPathAttributes attributes) { return std::make_shared<DropPath>(attributes); }

}  // namespace hpnas
