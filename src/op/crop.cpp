#include "hpnas/op/crop.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hpnas/core/error.hpp"
#include "hpnas/kernel/elementwise.hpp"
#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

/// The rows that stay, as positions in source and destination.
class CropWindow {
public:
    CropWindow(const CropAttributes& a, const Shape& src, const Shape& dst)
        : src_(src), first_((a.top * src[1] + a.left) * src[2]), rows_(dst[0]), row_(dst[1] * dst[2]) {}

    /// @param move  called with (offset in src, offset in dst, number of values) for each row of each image
    template <class Move>
    void for_each_row(std::int64_t batch, Move move) const {
        for (std::int64_t i = 0; i < batch * rows_; ++i) {
            const std::int64_t image = i / rows_, y = i % rows_;
            move(image * src_.count() + first_ + y * src_[1] * src_[2], i * row_, row_);
        }
    }
    std::int64_t source_count() const noexcept { return src_.count(); }

private:
    Shape src_;
    std::int64_t first_, rows_, row_;
};

class CropKernel final : public OperatorKernel {
public:
    CropKernel(CropWindow window, std::int64_t batch) : window_(window), batch_(batch) {}

    void forward(const ForwardArgs& args, const StepContext&) override {
        window_.for_each_row(batch_, [&](std::int64_t from, std::int64_t to, std::int64_t n) {
            std::copy_n(args.src[0] + from, n, args.dst + to);
        });
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        if (args.diff_src[0] == nullptr) return;
        kernel::fill(0, args.diff_src[0], batch_ * window_.source_count());
        window_.for_each_row(batch_, [&](std::int64_t from, std::int64_t to, std::int64_t n) {
            std::copy_n(args.diff_dst + to, n, args.diff_src[0] + from);
        });
    }
    Memory memory() const noexcept override { return {.needs_src = false}; }
    std::string implementation() const override { return "own:copy"; }

private:
    CropWindow window_;
    std::int64_t batch_;
};

}  // namespace

void CropAttributes::visit(OptionVisitor& v) {
    v.integer({"top", "rows taken away above", 0, 4096}, top);
    v.integer({"left", "columns taken away on the left", 0, 4096}, left);
    v.integer({"bottom", "rows taken away below", 0, 4096}, bottom);
    v.integer({"right", "columns taken away on the right", 0, 4096}, right);
}

Crop::Crop(CropAttributes attributes) : attributes_(attributes) {
    for (const auto& [name, value] : {std::pair{"top", attributes.top},
                                      {"left", attributes.left},
                                      {"bottom", attributes.bottom},
                                      {"right", attributes.right}})
        expect_range(type(), name, static_cast<double>(value), 0, 4096);
}

Shape Crop::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(type(), inputs, 1);
    expect_image(type(), inputs[0]);
    const Shape dst{inputs[0][0] - attributes_.top - attributes_.bottom,
                    inputs[0][1] - attributes_.left - attributes_.right, inputs[0][2]};
    if (dst[0] < 1 || dst[1] < 1)
        throw ShapeError(
            fmt::format("crop: expected an image larger than what is taken away, got {}", to_string(inputs[0])));
    return dst;
}

std::unique_ptr<OperatorKernel> Crop::compile(const CompileArgs& args) const {
    return std::make_unique<CropKernel>(CropWindow(attributes_, args.inputs[0], output_shape(args.inputs)), args.batch);
}

void Crop::reference(ReferenceArgs& args) const {
    const Shape dst = output_shape(args.inputs);
    const CropWindow window(attributes_, args.inputs[0], dst);
    args.dst.resize(static_cast<std::size_t>(args.batch * dst.count()));
    if (!args.diff_dst.empty()) args.diff_src.assign(1, std::vector<double>(args.src[0].size(), 0));
    window.for_each_row(args.batch, [&](std::int64_t from, std::int64_t to, std::int64_t n) {
        std::copy_n(args.src[0].begin() + from, n, args.dst.begin() + to);
        if (!args.diff_dst.empty()) std::copy_n(args.diff_dst.begin() + to, n, args.diff_src[0].begin() + from);
    });
}

void Crop::visit_attributes(OptionVisitor& v) const { CropAttributes(attributes_).visit(v); }

OperatorPtr make_crop(CropAttributes attributes) { return std::make_shared<Crop>(attributes); }

}  // namespace hpnas
