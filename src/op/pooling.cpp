#include "hpnas/op/pooling.hpp"

#include <fmt/format.h>

#include "hpnas/kernel/pooling.hpp"
#include "hpnas/kernel/reference.hpp"
#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

namespace reference = kernel::reference;

kernel::PoolingShape kernel_shape(Pooling::Kind kind, const PoolingAttributes& a, std::int64_t batch,
                                  const Shape& src) {
    const auto window = kernel::Window::square(a.kernel, a.stride, a.padding);
    return {batch,  src[0],
            src[1], src[2],
            window, kind == Pooling::Kind::maximum ? kernel::PoolingKind::maximum : kernel::PoolingKind::average};
}

class PoolingKernel final : public OperatorKernel {
public:
    explicit PoolingKernel(const kernel::PoolingShape& shape) : pooling_(shape) {}

    void forward(const ForwardArgs& args, const StepContext&) override { pooling_.forward(args.src[0], args.dst); }
    void backward(const BackwardArgs& args, const StepContext&) override {
        if (args.diff_src[0] != nullptr) pooling_.backward(args.src[0], args.diff_dst, args.diff_src[0]);
    }
    Memory memory() const noexcept override {
        return {.needs_src = pooling_.shape().kind == kernel::PoolingKind::maximum};
    }
    std::string implementation() const override { return "own:pooling"; }

private:
    kernel::Pooling pooling_;
};

}  // namespace

void PoolingAttributes::visit(OptionVisitor& v) {
    v.integer({"kernel", "height and width of the window", 1, 1024}, kernel);
    v.integer({"stride", "step of the window", 1, 1024}, stride);
    v.integer({"padding", "positions added on every side; less than kernel", 0, 1023}, padding);
}

Pooling::Pooling(Kind kind, PoolingAttributes attributes) : kind_(kind), attributes_(attributes) {
    expect_range(type(), "kernel", static_cast<double>(attributes_.kernel), 1, 1024);
    expect_range(type(), "stride", static_cast<double>(attributes_.stride), 1, 1024);
    expect_range(type(), "padding", static_cast<double>(attributes_.padding), 0,
                 static_cast<double>(attributes_.kernel - 1));
}

Shape Pooling::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(type(), inputs, 1);
    expect_image(type(), inputs[0]);
    const kernel::PoolingShape s = kernel_shape(kind_, attributes_, 1, inputs[0]);
    const Shape dst{s.window.out_h(s.h), s.window.out_w(s.w), s.c};
    if (dst[0] > 0 && dst[1] > 0) return dst;
    throw ShapeError(fmt::format("{}: kernel = {} does not fit src {} with padding {}", type(), attributes_.kernel,
                                 to_string(inputs[0]), attributes_.padding));
}

std::unique_ptr<OperatorKernel> Pooling::compile(const CompileArgs& args) const {
    output_shape(args.inputs);
    return std::make_unique<PoolingKernel>(kernel_shape(kind_, attributes_, args.batch, args.inputs[0]));
}

void Pooling::reference(ReferenceArgs& args) const {
    const kernel::PoolingShape shape = kernel_shape(kind_, attributes_, args.batch, args.inputs[0]);
    args.dst = reference::pooling_forward(shape, args.src[0]);
    if (!args.diff_dst.empty()) args.diff_src = {reference::pooling_backward(shape, args.src[0], args.diff_dst)};
}

void Pooling::visit_attributes(OptionVisitor& v) const { PoolingAttributes(attributes_).visit(v); }

OperatorPtr make_max_pool(PoolingAttributes attributes) {
    return std::make_shared<Pooling>(Pooling::Kind::maximum, attributes);
}
OperatorPtr make_average_pool(PoolingAttributes attributes) {
    return std::make_shared<Pooling>(Pooling::Kind::average, attributes);
}

}  // namespace hpnas
