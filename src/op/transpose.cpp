#include "hpnas/op/transpose.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "hpnas/kernel/permute.hpp"
#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

/// Sizes and order with the batch in front, which stays there.
struct Batched {
    std::vector<std::int64_t> sizes;
    std::vector<int> order;
};

Batched with_batch(std::int64_t batch, const Shape& src, const std::vector<std::int64_t>& order) {
    Batched result{{batch}, {0}};
    result.sizes.insert(result.sizes.end(), src.begin(), src.end());
    for (const std::int64_t position : order) result.order.push_back(static_cast<int>(position) + 1);
    return result;
}

Batched inverse(const Batched& forward) {
    Batched result{std::vector<std::int64_t>(forward.order.size()), std::vector<int>(forward.order.size())};
    for (std::size_t i = 0; i < forward.order.size(); ++i) {
        const auto from = static_cast<std::size_t>(forward.order[i]);
        result.sizes[i] = forward.sizes[from];
        result.order[from] = static_cast<int>(i);
    }
    return result;
}

class TransposeKernel final : public OperatorKernel {
public:
    explicit TransposeKernel(Batched forward) : forward_(std::move(forward)), backward_(inverse(forward_)) {}

    void forward(const ForwardArgs& args, const StepContext&) override {
        kernel::permute(forward_.sizes, forward_.order, args.src[0], args.dst);
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        if (args.diff_src[0] != nullptr)
            kernel::permute(backward_.sizes, backward_.order, args.diff_dst, args.diff_src[0]);
    }
    Memory memory() const noexcept override { return {.needs_src = false}; }
    std::string implementation() const override { return "own:tiles"; }

private:
    Batched forward_, backward_;
};

std::vector<double> permuted(const Batched& how, const std::vector<double>& src) {
    std::vector<double> dst(src.size());
    for (std::size_t i = 0; i < dst.size(); ++i) {
        std::vector<std::size_t> at(how.sizes.size());  // coordinates in src of element i of dst
        std::size_t rest = i;
        for (std::size_t d = how.order.size(); d-- > 0;) {
            const auto from = static_cast<std::size_t>(how.order[d]);
            at[from] = rest % static_cast<std::size_t>(how.sizes[from]);
            rest /= static_cast<std::size_t>(how.sizes[from]);
        }
        std::size_t position = 0;
        for (std::size_t d = 0; d < at.size(); ++d)
            position = position * static_cast<std::size_t>(how.sizes[d]) + at[d];
        dst[i] = src[position];
    }
    return dst;
}

}  // namespace

void TransposeAttributes::visit(OptionVisitor& v) {
    v.integers({"order", "position in src of every dimension of dst", 0, Shape::max_rank - 2}, order);
}

Transpose::Transpose(TransposeAttributes attributes) : attributes_(std::move(attributes)) {
    std::vector<std::int64_t> sorted = attributes_.order;
    std::sort(sorted.begin(), sorted.end());
    bool valid = !sorted.empty() && sorted.size() < Shape::max_rank;
    for (std::size_t i = 0; i < sorted.size(); ++i) valid = valid && sorted[i] == static_cast<std::int64_t>(i);
    if (!valid)
        throw ShapeError(fmt::format("{}: order: expected a permutation of 0 to at most {}, got [{}]", type(),
                                     Shape::max_rank - 2, fmt::join(attributes_.order, ", ")));
}

Shape Transpose::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(type(), inputs, 1);
    const Shape& src = inputs[0];
    if (static_cast<std::size_t>(src.rank()) != attributes_.order.size() || src.count() <= 0)
        throw ShapeError(fmt::format("{}: src[0]: expected {} dimensions, got {}", type(), attributes_.order.size(),
                                     to_string(src)));
    Shape dst = src;
    for (int i = 0; i < dst.rank(); ++i) dst[i] = src[static_cast<int>(attributes_.order[static_cast<std::size_t>(i)])];
    return dst;
}

std::unique_ptr<OperatorKernel> Transpose::compile(const CompileArgs& args) const {
    output_shape(args.inputs);
    return std::make_unique<TransposeKernel>(with_batch(args.batch, args.inputs[0], attributes_.order));
}

void Transpose::reference(ReferenceArgs& args) const {
    const Batched forward = with_batch(args.batch, args.inputs[0], attributes_.order);
    args.dst = permuted(forward, args.src[0]);
    if (!args.diff_dst.empty()) args.diff_src = {permuted(inverse(forward), args.diff_dst)};
}

void Transpose::visit_attributes(OptionVisitor& v) const { TransposeAttributes(attributes_).visit(v); }

OperatorPtr make_transpose(TransposeAttributes attributes) {
    return std::make_shared<Transpose>(std::move(attributes));
}

}  // namespace hpnas
