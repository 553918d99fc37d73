#include "hpnas/kernel/convolution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "depthwise.hpp"
#include "dnnl_support.hpp"
#include "hpnas/core/error.hpp"

namespace hpnas::kernel {
namespace {

std::byte* at(void* workspace, std::size_t offset) { return static_cast<std::byte*>(workspace) + offset; }

}  // namespace

void check(const ConvolutionShape& s) {
    const auto sizes = fmt::format("src [{}, {}, {}, {}], {} output channels, {} groups, window {}x{}", s.n, s.h, s.w, s.c, s.k, s.groups,
                                   s.window.kh, s.window.kw);
    if (std::min({s.n, s.h, s.w, s.c, s.k, s.groups, s.window.kh, s.window.kw, s.window.stride_h, s.window.stride_w}) < 1)
        throw ShapeError("conv2d: sizes must be positive: " + sizes);
    if (s.c % s.groups != 0 || s.k % s.groups != 0)
        throw ShapeError(fmt::format("conv2d: {} groups must divide the {} input and {} output channels", s.groups, s.c, s.k));
    if (s.out_h() < 1 || s.out_w() < 1) throw ShapeError("conv2d: the window does not fit the padded image: " + sizes);
}

/// The three passes. Each takes plain weights (or gives plain weight gradients) and keeps the library's copy in the workspace, behind
/// which the library's scratch memory lies.
struct Convolution::Impl {
    ConvolutionShape shape;
    const Engine::Impl& engine;
    BoundPrimitive forward, backward_data, backward_weights;
    WeightReorder forward_weights, backward_data_weights, weight_gradients;
    std::optional<Depthwise> depthwise;  // instead of all of these
    bool has_bias, has_backward_data;
    std::size_t scratch_offset = 0, workspace_bytes = 0;

    Impl(Engine& shared, const ConvolutionShape& s, bool bias, bool want_backward_data)
        : shape(s), engine(shared.impl()), has_bias(bias), has_backward_data(want_backward_data) {
        if (s.depthwise()) {
            depthwise.emplace(s);
            workspace_bytes = depthwise->workspace_bytes();
            return;
        }
        const ConvolutionLayouts layouts(s, bias);
        make_forward(layouts, bias);
        if (want_backward_data) make_backward_data(layouts);
        make_backward_weights(layouts, bias);
        for (const WeightReorder* reorder : {&forward_weights, &backward_data_weights, &weight_gradients})
            if (reorder->needed()) scratch_offset = std::max(scratch_offset, padded(reorder->bytes()));
        workspace_bytes = scratch_offset;
        for (const std::size_t scratch :
             {forward.scratchpad_bytes(), backward_data.scratchpad_bytes(), backward_weights.scratchpad_bytes(),
              forward_weights.scratchpad_bytes(), backward_data_weights.scratchpad_bytes(), weight_gradients.scratchpad_bytes()})
            workspace_bytes = std::max(workspace_bytes, scratch_offset + padded(scratch));
    }

    dnnl::convolution_forward::primitive_desc forward_hint;

    void make_forward(const ConvolutionLayouts& l, bool bias) {
        using Forward = dnnl::convolution_forward;
        const auto kind = dnnl::prop_kind::forward_training;
        const auto algorithm = dnnl::algorithm::convolution_direct;
        const Forward::desc operation =
            bias ? Forward::desc(kind, algorithm, l.src, l.any_weights, l.bias, l.dst, l.strides, l.dilates, l.pad_begin, l.pad_end)
                 : Forward::desc(kind, algorithm, l.src, l.any_weights, l.dst, l.strides, l.dilates, l.pad_begin, l.pad_end);
        forward_hint = Forward::primitive_desc(operation, caller_scratchpad(), engine.engine);
        forward = BoundPrimitive::make<Forward>(forward_hint);
        forward.bind(DNNL_ARG_SRC, l.src);
        forward.bind(DNNL_ARG_WEIGHTS, forward_hint.weights_desc());
        forward.bind(DNNL_ARG_DST, l.dst);
        if (bias) forward.bind(DNNL_ARG_BIAS, l.bias);
        forward_weights = WeightReorder(engine.engine, l.plain_weights, forward_hint.weights_desc());
    }

    void make_backward_data(const ConvolutionLayouts& l) {
        using Backward = dnnl::convolution_backward_data;
        const Backward::desc operation(dnnl::algorithm::convolution_direct, l.src, l.any_weights, l.dst, l.strides, l.dilates,
                                       l.pad_begin, l.pad_end);
        const Backward::primitive_desc descriptor(operation, caller_scratchpad(), engine.engine, forward_hint);
        backward_data = BoundPrimitive::make<Backward>(descriptor);
        backward_data.bind(DNNL_ARG_DIFF_DST, l.dst);
        backward_data.bind(DNNL_ARG_WEIGHTS, descriptor.weights_desc());
        backward_data.bind(DNNL_ARG_DIFF_SRC, l.src);
        backward_data_weights = WeightReorder(engine.engine, l.plain_weights, descriptor.weights_desc());
    }

    void make_backward_weights(const ConvolutionLayouts& l, bool bias) {
        using Backward = dnnl::convolution_backward_weights;
        const auto algorithm = dnnl::algorithm::convolution_direct;
        const Backward::desc operation =
            bias ? Backward::desc(algorithm, l.src, l.any_weights, l.bias, l.dst, l.strides, l.dilates, l.pad_begin, l.pad_end)
                 : Backward::desc(algorithm, l.src, l.any_weights, l.dst, l.strides, l.dilates, l.pad_begin, l.pad_end);
        const Backward::primitive_desc descriptor(operation, caller_scratchpad(), engine.engine, forward_hint);
        backward_weights = BoundPrimitive::make<Backward>(descriptor);
        backward_weights.bind(DNNL_ARG_SRC, l.src);
        backward_weights.bind(DNNL_ARG_DIFF_DST, l.dst);
        backward_weights.bind(DNNL_ARG_DIFF_WEIGHTS, descriptor.diff_weights_desc());
        if (bias) backward_weights.bind(DNNL_ARG_DIFF_BIAS, l.bias);
        weight_gradients = WeightReorder(engine.engine, descriptor.diff_weights_desc(), l.plain_weights);
        if (weight_gradients.needed()) gradient_bytes = descriptor.diff_weights_desc().get_size();
        scratch_offset = std::max(scratch_offset, padded(gradient_bytes));
    }
    std::size_t gradient_bytes = 0;

    /// The weights in the order that a pass wants: `weights` itself or a copy at the start of the workspace.
    const void* ordered(const WeightReorder& reorder, const float* weights, void* workspace) const {
        if (!reorder.needed()) return weights;
        reorder.run(engine.stream, weights, workspace, at(workspace, scratch_offset));
        return workspace;
    }
};

Convolution::Convolution(Engine& engine, const ConvolutionShape& shape, bool bias, bool backward_data) {
    check(shape);
    impl_ = std::make_unique<Impl>(engine, shape, bias, backward_data);
}
Convolution::~Convolution() = default;
Convolution::Convolution(Convolution&&) noexcept = default;
Convolution& Convolution::operator=(Convolution&&) noexcept = default;

const ConvolutionShape& Convolution::shape() const noexcept { return impl_->shape; }
std::size_t Convolution::workspace_bytes() const noexcept { return impl_->workspace_bytes; }

void Convolution::forward(const float* src, const float* weights, const float* bias, float* dst, void* workspace) const {
    if (impl_->depthwise) return impl_->depthwise->forward(src, weights, impl_->has_bias ? bias : nullptr, dst, workspace);
    const BoundPrimitive& pass = impl_->forward;
    pass.set(DNNL_ARG_WEIGHTS, impl_->ordered(impl_->forward_weights, weights, workspace));
    pass.set(DNNL_ARG_SRC, src);
    pass.set(DNNL_ARG_DST, dst);
    if (bias != nullptr && pass.has(DNNL_ARG_BIAS)) pass.set(DNNL_ARG_BIAS, bias);
    pass.run(impl_->engine.stream, at(workspace, impl_->scratch_offset));
}

void Convolution::backward_data(const float* diff_dst, const float* weights, float* diff_src, void* workspace) const {
    if (!impl_->has_backward_data) throw InternalError("conv2d: backward_data of a convolution that was made without");
    if (impl_->depthwise) return impl_->depthwise->backward_data(diff_dst, weights, diff_src, workspace);
    const BoundPrimitive& pass = impl_->backward_data;
    pass.set(DNNL_ARG_WEIGHTS, impl_->ordered(impl_->backward_data_weights, weights, workspace));
    pass.set(DNNL_ARG_DIFF_DST, diff_dst);
    pass.set(DNNL_ARG_DIFF_SRC, diff_src);
    pass.run(impl_->engine.stream, at(workspace, impl_->scratch_offset));
}

void Convolution::backward_weights(const float* src, const float* diff_dst, float* diff_weights, float* diff_bias,
                                   void* workspace) const {
    if (impl_->depthwise)
        return impl_->depthwise->backward_weights(src, diff_dst, diff_weights, impl_->has_bias ? diff_bias : nullptr, workspace);
    const BoundPrimitive& pass = impl_->backward_weights;
    const bool reorder = impl_->weight_gradients.needed();
    pass.set(DNNL_ARG_SRC, src);
    pass.set(DNNL_ARG_DIFF_DST, diff_dst);
    pass.set(DNNL_ARG_DIFF_WEIGHTS, reorder ? workspace : diff_weights);
    if (diff_bias != nullptr && pass.has(DNNL_ARG_DIFF_BIAS)) pass.set(DNNL_ARG_DIFF_BIAS, diff_bias);
    void* scratch = at(workspace, impl_->scratch_offset);
    pass.run(impl_->engine.stream, scratch);
    if (reorder) impl_->weight_gradients.run(impl_->engine.stream, workspace, diff_weights, scratch);
}

std::string Convolution::implementation() const {
    if (impl_->depthwise) return Depthwise::implementation();
    std::string text = impl_->forward.implementation();
    if (impl_->backward_data) text += " | " + impl_->backward_data.implementation();
    return text + " | " + impl_->backward_weights.implementation();
}

}  // namespace hpnas::kernel
