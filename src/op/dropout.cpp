#include "hpnas/op/dropout.hpp"

#include <algorithm>

#include "hpnas/op/check.hpp"
#include "random_draw.hpp"

namespace hpnas {
namespace {

constexpr double highest_rate = 0.999;

/// Works on both directions: the mask is drawn again from its key.
class DropoutKernel final : public OperatorKernel {
public:
    DropoutKernel(double rate, const CompileArgs& args)
        : rate_(args.mode == ExecutionMode::training ? static_cast<float>(rate) : 0.0F),
          batch_(args.batch),
          count_(args.inputs[0].count()),
          stream_(args.stream) {}

    void forward(const ForwardArgs& args, const StepContext& step) override { apply(args.src[0], args.dst, step); }
    void backward(const BackwardArgs& args, const StepContext& step) override {
        if (args.diff_src[0] != nullptr) apply(args.diff_dst, args.diff_src[0], step);
    }
    Memory memory() const noexcept override {
        return {.needs_src = false, .in_place = 0, .diff_in_place = 0, .passes_gradient = rate_ == 0};
    }
    std::string implementation() const override { return "own:dropout"; }

private:
    void apply(const float* src, float* dst, const StepContext& step) const {
        if (rate_ == 0) {
            if (src != dst) std::copy_n(src, batch_ * count_, dst);
            return;
        }
        for (std::int64_t row = 0; row < batch_; ++row) {
            kernel::dropout(sample_key(step, stream_, row), rate_, src + row * count_, dst + row * count_, count_);
        }
    }

    float rate_;
    std::int64_t batch_, count_;
    std::uint64_t stream_;
};

}  // namespace

void DropoutAttributes::visit(OptionVisitor& v) {
    v.number({"rate", "probability that an element is zeroed", 0, highest_rate}, rate);
}

Dropout::Dropout(DropoutAttributes attributes) : attributes_(attributes) {
    expect_range(type(), "rate", attributes_.rate, 0, highest_rate);
}

Shape Dropout::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(type(), inputs, 1);
    return inputs[0];
}

std::unique_ptr<OperatorKernel> Dropout::compile(const CompileArgs& args) const {
    output_shape(args.inputs);
    return std::make_unique<DropoutKernel>(attributes_.rate, args);
}

void Dropout::reference(ReferenceArgs& args) const {
    std::vector<float> mask(args.src[0].size(), 1.0F);
    const std::int64_t count = args.inputs[0].count();
    const bool active = args.mode == ExecutionMode::training && attributes_.rate > 0;
    for (std::int64_t row = 0; active && row < args.batch; ++row) {
        float* values = mask.data() + row * count;
        kernel::dropout(sample_key(args.step, args.stream, row), static_cast<float>(attributes_.rate), values, values,
                        count);
    }
    const auto apply = [&](const std::vector<double>& src) {
        std::vector<double> dst(src.size());
        std::transform(src.begin(), src.end(), mask.begin(), dst.begin(), [](double x, float m) { return x * m; });
        return dst;
    };
    args.dst = apply(args.src[0]);
    if (!args.diff_dst.empty()) args.diff_src = {apply(args.diff_dst)};
}

void Dropout::visit_attributes(OptionVisitor& v) const { DropoutAttributes(attributes_).visit(v); }

OperatorPtr make_dropout(DropoutAttributes attributes) { return std::make_shared<Dropout>(attributes); }

}  // namespace hpnas
