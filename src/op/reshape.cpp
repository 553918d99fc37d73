#include "hpnas/op/reshape.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

class ReshapeKernel final : public OperatorKernel {
public:
    explicit ReshapeKernel(std::int64_t count) : count_(count) {}

    void forward(const ForwardArgs& args, const StepContext&) override {
        if (args.src[0] != args.dst) std::copy_n(args.src[0], count_, args.dst);
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        if (args.diff_src[0] != nullptr && args.diff_src[0] != args.diff_dst)
            std::copy_n(args.diff_dst, count_, args.diff_src[0]);
    }
    Memory memory() const noexcept override {
        return {.needs_src = false, .in_place = 0, .diff_in_place = 0, .passes_gradient = true};
    }
    std::string implementation() const override { return "own:copy"; }

private:
    std::int64_t count_;
};

}  // namespace

void ReshapeAttributes::visit(OptionVisitor& v) {
    v.integers({"sizes", "of one sample's output; one may be -1, which stands for what remains", -1, 1 << 30}, sizes);
}

Reshape::Reshape(ReshapeAttributes attributes) : attributes_(std::move(attributes)) {
    const std::vector<std::int64_t>& sizes = attributes_.sizes;
    const bool valid = std::all_of(sizes.begin(), sizes.end(), [](std::int64_t s) { return s >= 1 || s == -1; });
    // A batch is put in front, so one dimension of Shape is taken.
    if (!valid || sizes.empty() || sizes.size() >= Shape::max_rank || std::count(sizes.begin(), sizes.end(), -1) > 1)
        throw ShapeError(fmt::format("{}: sizes: expected 1 to {} positive sizes, one of them perhaps -1, got [{}]",
                                     type(), Shape::max_rank - 1, fmt::join(sizes, ", ")));
}

Shape Reshape::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(type(), inputs, 1);
    Shape dst(attributes_.sizes);
    const std::int64_t known = std::abs(dst.count()), count = inputs[0].count();
    for (int i = 0; i < dst.rank(); ++i)
        if (dst[i] < 0) dst[i] = count / known;
    if (dst.count() == count && count > 0) return dst;
    throw ShapeError(fmt::format("{}: src[0]: expected a size that fits [{}], got {}", type(),
                                 fmt::join(attributes_.sizes, ", "), to_string(inputs[0])));
}

std::unique_ptr<OperatorKernel> Reshape::compile(const CompileArgs& args) const {
    return std::make_unique<ReshapeKernel>(args.batch * output_shape(args.inputs).count());
}

void Reshape::reference(ReferenceArgs& args) const {
    args.dst = args.src[0];
    if (!args.diff_dst.empty()) args.diff_src.assign(1, args.diff_dst);
}

void Reshape::visit_attributes(OptionVisitor& v) const { ReshapeAttributes(attributes_).visit(v); }

OperatorPtr make_reshape(ReshapeAttributes attributes) { return std::make_shared<Reshape>(std::move(attributes)); }

}  // namespace hpnas
