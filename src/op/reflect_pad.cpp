#include "hpnas/op/reflect_pad.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "hpnas/kernel/reflect_pad.hpp"
#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

constexpr double widest = 1 << 16;

class ReflectPadKernel final : public OperatorKernel {
public:
    explicit ReflectPadKernel(const kernel::ReflectPadShape& shape) : shape_(shape) {}

    void forward(const ForwardArgs& args, const StepContext&) override {
        kernel::reflect_pad(shape_, args.src[0], args.dst);
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        if (args.diff_src[0] != nullptr) kernel::reflect_pad_backward(shape_, args.diff_dst, args.diff_src[0]);
    }
    Memory memory() const noexcept override { return {.needs_src = false}; }
    std::string implementation() const override { return "own:copy"; }

private:
    kernel::ReflectPadShape shape_;
};

/// Index into [0, size) after reflection at both ends.
std::int64_t reflected(std::int64_t i, std::int64_t size) { return size - 1 - std::abs(size - 1 - std::abs(i)); }

}  // namespace

void ReflectPadAttributes::visit(OptionVisitor& v) {
    v.integer({"height", "rows added above and below", 0, widest}, height);
    v.integer({"width", "columns added left and right", 0, widest}, width);
}

ReflectPad::ReflectPad(ReflectPadAttributes attributes) : attributes_(attributes) {
    expect_range(type(), "height", static_cast<double>(attributes_.height), 0, widest);
    expect_range(type(), "width", static_cast<double>(attributes_.width), 0, widest);
}

Shape ReflectPad::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(type(), inputs, 1);
    expect_image(type(), inputs[0]);
    const Shape& src = inputs[0];
    if (src[0] <= attributes_.height || src[1] <= attributes_.width)
        throw ShapeError(fmt::format("{}: src[0]: expected more than {} rows and {} columns, got {}", type(),
                                     attributes_.height, attributes_.width, to_string(src)));
    return {src[0] + 2 * attributes_.height, src[1] + 2 * attributes_.width, src[2]};
}

std::unique_ptr<OperatorKernel> ReflectPad::compile(const CompileArgs& args) const {
    output_shape(args.inputs);
    const Shape& src = args.inputs[0];
    return std::make_unique<ReflectPadKernel>(
        kernel::ReflectPadShape{args.batch, src[0], src[1], src[2], attributes_.height, attributes_.width});
}

void ReflectPad::reference(ReferenceArgs& args) const {
    const Shape src = args.inputs[0], dst = output_shape(args.inputs);
    args.dst.resize(static_cast<std::size_t>(args.batch * dst.count()));
    if (!args.diff_dst.empty()) args.diff_src = {std::vector<double>(args.src[0].size(), 0)};
    for (std::size_t i = 0; i < args.dst.size(); ++i) {
        const auto at = static_cast<std::int64_t>(i);
        const std::int64_t c = at % dst[2], x = at / dst[2] % dst[1], y = at / (dst[2] * dst[1]) % dst[0];
        const std::int64_t row = at / dst.count() * src[0] + reflected(y - attributes_.height, src[0]);
        const auto from =
            static_cast<std::size_t>((row * src[1] + reflected(x - attributes_.width, src[1])) * src[2] + c);
        args.dst[i] = args.src[0][from];
        if (!args.diff_dst.empty()) args.diff_src[0][from] += args.diff_dst[i];
    }
}

void ReflectPad::visit_attributes(OptionVisitor& v) const { ReflectPadAttributes(attributes_).visit(v); }

OperatorPtr make_reflect_pad(ReflectPadAttributes attributes) { return std::make_shared<ReflectPad>(attributes); }

}  // namespace hpnas
