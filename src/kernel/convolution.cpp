#include "hpnas/kernel/convolution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "depthwise.hpp"
#include "dnnl_support.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/kernel/linear.hpp"
#include "pointwise.hpp"
#include "strided_grid.hpp"
#include "winograd.hpp"

namespace hpnas::kernel {
namespace {

std::byte* at(void* workspace, std::size_t offset) { return static_cast<std::byte*>(workspace) + offset; }

/// Few pixels for the weights: a product reads the weights as they are, a convolution would first copy them into its
/// order.
constexpr std::int64_t few_pixels = 2048;
/// From so many source channels on, products are the faster weight gradients (measured, see bench_kernel_convolution).
constexpr std::int64_t many_channels = 160;

/// From so many channels on both sides on, gradients of the source are faster as forward convolutions (measured).
constexpr std::int64_t wide_channels = 24;

/// The gradient of the source of a convolution with stride 1, as a forward convolution of the gradient of the
/// destination.
ConvolutionShape transposed(const ConvolutionShape& s) {
    ConvolutionShape t = s;
    t.h = s.out_h(), t.w = s.out_w(), t.c = s.k, t.k = s.c;
    Window& w = t.window;
    const std::int64_t reach_h = w.dilation_h * (w.kh - 1), reach_w = w.dilation_w * (w.kw - 1);
    w.pad_top = reach_h - w.pad_top, w.pad_bottom = reach_h - w.pad_bottom;
    w.pad_left = reach_w - w.pad_left, w.pad_right = reach_w - w.pad_right;
    return t;
}

bool can_be_transposed(const ConvolutionShape& s) {
    const Window w = transposed(s).window;
    return s.groups == 1 && w.stride_h == 1 && w.stride_w == 1 && w.kh * w.kw > 1 &&
           std::min({w.pad_top, w.pad_bottom, w.pad_left, w.pad_right}) >= 0;
}

/// flipped[k][tap] = weights[k][last tap - tap], vectors of c.
void flip_taps(const ConvolutionShape& s, const float* weights, float* flipped) {
    const std::int64_t n_taps = s.window.kh * s.window.kw;
#pragma omp parallel for schedule(static) if (s.weight_count() >= 1 << 16)
    for (std::int64_t k = 0; k < s.k; ++k)
        for (std::int64_t tap = 0; tap < n_taps; ++tap)
            std::copy_n(weights + (k * n_taps + n_taps - 1 - tap) * s.c, s.c, flipped + (k * n_taps + tap) * s.c);
}

}  // namespace

void check(const ConvolutionShape& s) {
    const auto sizes = fmt::format("src [{}, {}, {}, {}], {} output channels, {} groups, window {}x{}", s.n, s.h, s.w,
                                   s.c, s.k, s.groups, s.window.kh, s.window.kw);
    if (std::min({s.n, s.h, s.w, s.c, s.k, s.groups, s.window.kh, s.window.kw, s.window.stride_h, s.window.stride_w,
                  s.window.dilation_h, s.window.dilation_w}) < 1)
        throw ShapeError("conv2d: sizes must be positive: " + sizes);
    if (s.c % s.groups != 0 || s.k % s.groups != 0)
        throw ShapeError(
            fmt::format("conv2d: {} groups must divide the {} input and {} output channels", s.groups, s.c, s.k));
    if (s.out_h() < 1 || s.out_w() < 1) throw ShapeError("conv2d: the window does not fit the padded image: " + sizes);
}

/// The three passes, each by the library's convolution or, of 1x1 windows, by a matrix product. Convolutions take plain
/// weights (or give plain weight gradients) and keep the library's copy in the workspace. The workspace begins with the
/// strided grid of the source (see strided_grid.hpp), then come those weights, then the library's scratch memory.
struct Convolution::Impl {
    ConvolutionShape shape, dense;  // dense: what the backward passes see
    const Engine::Impl& engine;
    BoundPrimitive forward, backward_data, backward_weights;
    WeightReorder forward_weights, backward_data_weights, weight_gradients;
    std::optional<Matmul> forward_product, data_product, weights_product;  // instead of the primitive
    std::optional<Winograd> forward_winograd, data_winograd;               // likewise
    std::optional<Depthwise> depthwise;                                    // instead of all of these
    std::optional<Pointwise> pointwise;                                    // likewise
    bool has_bias, has_backward_data, strided_grid = false;
    bool is_transposed = false;  // backward_data is a forward convolution with flipped weights
    std::size_t weights_offset = 0, flipped_offset = 0, scratch_offset = 0, workspace_bytes = 0;

    Impl(Engine& shared, const ConvolutionShape& s, bool bias, bool want_backward_data)
        : shape(s), dense(s), engine(shared.impl()), has_bias(bias), has_backward_data(want_backward_data) {
        if (s.depthwise()) {
            depthwise.emplace(s);
            workspace_bytes = depthwise->workspace_bytes();
            return;
        }
        if (!bias && Pointwise::suits(s)) {
            pointwise.emplace(s);
            workspace_bytes = pointwise->workspace_bytes();
            return;
        }
        if (is_pointwise(s)) {
            dense = on_grid(s);
            strided_grid = s.window.stride_h > 1 || s.window.stride_w > 1;
            make_products(shared);
        }
        if (Winograd::suits(shape)) forward_winograd.emplace(shape);
        if (want_backward_data && can_be_transposed(shape) && Winograd::suits(transposed(shape)))
            data_winograd.emplace(transposed(shape));
        const ConvolutionLayouts layouts(dense, bias);
        make_forward(ConvolutionLayouts(shape, bias), bias);
        if (strided_grid) hint = forward_descriptor(layouts, bias);
        is_transposed = want_backward_data && !data_winograd && can_be_transposed(shape) &&
                        std::min(shape.c, shape.k) >= wide_channels;
        if (is_transposed)
            make_transposed();
        else if (want_backward_data && !data_product && !data_winograd)
            make_backward_data(layouts);
        if (!weights_product) make_backward_weights(layouts, bias);
        lay_out();
    }

    /// Products where they are faster and the library has a fast one.
    void make_products(Engine& shared) {
        const std::int64_t pixels = dense.n * dense.h * dense.w;
        const auto make = [&](std::optional<Matmul>& product, const MatmulShape& sizes) {
            product.emplace(shared, sizes);
            if (product->implementation().rfind("brg", 0) != 0) product.reset();
        };
        if (!strided_grid && pixels <= few_pixels)
            make(forward_product, {.m = pixels, .n = dense.k, .k = dense.c, .transpose_b = true, .bias = has_bias});
        if (has_backward_data) make(data_product, {.m = pixels, .n = dense.c, .k = dense.k});
        if (!has_bias && dense.c >= many_channels)
            make(weights_product, {.m = dense.k, .n = dense.c, .k = pixels, .transpose_a = true});
    }

    void lay_out() {
        if (strided_grid) weights_offset = padded(static_cast<std::size_t>(dense.src_count()) * sizeof(float));
        flipped_offset = weights_offset;
        for (const std::size_t bytes : {forward_weights.bytes(), backward_data_weights.bytes(), gradient_bytes})
            flipped_offset = std::max(flipped_offset, weights_offset + padded(bytes));
        scratch_offset = flipped_offset;
        if (is_transposed) scratch_offset += padded(static_cast<std::size_t>(shape.weight_count()) * sizeof(float));
        workspace_bytes = scratch_offset;
        for (const std::size_t scratch :
             {forward.scratchpad_bytes(), backward_data.scratchpad_bytes(), backward_weights.scratchpad_bytes(),
              forward_weights.scratchpad_bytes(), backward_data_weights.scratchpad_bytes(),
              weight_gradients.scratchpad_bytes()})
            workspace_bytes = std::max(workspace_bytes, scratch_offset + padded(scratch));
        for (const std::optional<Matmul>* product : {&forward_product, &data_product, &weights_product})
            if (*product)
                workspace_bytes = std::max(workspace_bytes, scratch_offset + padded((*product)->workspace_bytes()));
        for (const std::optional<Winograd>* tiles : {&forward_winograd, &data_winograd})
            if (*tiles)
                workspace_bytes =
                    std::max(workspace_bytes, padded((*tiles)->packed_bytes()) + padded((*tiles)->workspace_bytes()));
    }

    dnnl::convolution_forward::primitive_desc hint;  // that the backward passes ask for

    dnnl::convolution_forward::primitive_desc forward_descriptor(const ConvolutionLayouts& l, bool bias) const {
        using Forward = dnnl::convolution_forward;
        const auto kind = dnnl::prop_kind::forward_training;
        const auto algorithm = dnnl::algorithm::convolution_direct;
        const Forward::desc operation = bias ? Forward::desc(kind, algorithm, l.src, l.any_weights, l.bias, l.dst,
                                                             l.strides, l.dilates, l.pad_begin, l.pad_end)
                                             : Forward::desc(kind, algorithm, l.src, l.any_weights, l.dst, l.strides,
                                                             l.dilates, l.pad_begin, l.pad_end);
        return {operation, caller_scratchpad(), engine.engine};
    }

    void make_forward(const ConvolutionLayouts& l, bool bias) {
        hint = forward_descriptor(l, bias);
        if (forward_product || forward_winograd) return;
        forward = BoundPrimitive::make<dnnl::convolution_forward>(hint);
        forward.bind(DNNL_ARG_SRC, l.src);
        forward.bind(DNNL_ARG_WEIGHTS, hint.weights_desc());
        forward.bind(DNNL_ARG_DST, l.dst);
        if (bias) forward.bind(DNNL_ARG_BIAS, l.bias);
        forward_weights = WeightReorder(engine.engine, l.plain_weights, hint.weights_desc());
    }

    void make_transposed() {
        const ConvolutionLayouts l(transposed(shape), false);
        const dnnl::convolution_forward::primitive_desc descriptor = forward_descriptor(l, false);
        backward_data = BoundPrimitive::make<dnnl::convolution_forward>(descriptor);
        backward_data.bind(DNNL_ARG_SRC, l.src);
        backward_data.bind(DNNL_ARG_WEIGHTS, descriptor.weights_desc());
        backward_data.bind(DNNL_ARG_DST, l.dst);
        backward_data_weights = WeightReorder(engine.engine, l.swapped_weights, descriptor.weights_desc());
    }

    void make_backward_data(const ConvolutionLayouts& l) {
        using Backward = dnnl::convolution_backward_data;
        const Backward::desc operation(dnnl::algorithm::convolution_direct, l.src, l.any_weights, l.dst, l.strides,
                                       l.dilates, l.pad_begin, l.pad_end);
        const Backward::primitive_desc descriptor(operation, caller_scratchpad(), engine.engine, hint);
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
            bias ? Backward::desc(algorithm, l.src, l.any_weights, l.bias, l.dst, l.strides, l.dilates, l.pad_begin,
                                  l.pad_end)
                 : Backward::desc(algorithm, l.src, l.any_weights, l.dst, l.strides, l.dilates, l.pad_begin, l.pad_end);
        const Backward::primitive_desc descriptor(operation, caller_scratchpad(), engine.engine, hint);
        backward_weights = BoundPrimitive::make<Backward>(descriptor);
        backward_weights.bind(DNNL_ARG_SRC, l.src);
        backward_weights.bind(DNNL_ARG_DIFF_DST, l.dst);
        backward_weights.bind(DNNL_ARG_DIFF_WEIGHTS, descriptor.diff_weights_desc());
        if (bias) backward_weights.bind(DNNL_ARG_DIFF_BIAS, l.bias);
        weight_gradients = WeightReorder(engine.engine, descriptor.diff_weights_desc(), l.plain_weights);
        if (weight_gradients.needed()) gradient_bytes = descriptor.diff_weights_desc().get_size();
    }
    std::size_t gradient_bytes = 0;

    /// The weights in the order that a pass wants: `weights` itself or a copy in the workspace.
    const void* ordered(const WeightReorder& reorder, const float* weights, void* workspace) const {
        if (!reorder.needed()) return weights;
        void* copy = at(workspace, weights_offset);
        reorder.run(engine.stream, weights, copy, at(workspace, scratch_offset));
        return copy;
    }

    /// Weights that are packed already lie at the start of the workspace.
    static void run_winograd(const Winograd& tiles, const float* src, float* dst, void* workspace) {
        tiles.run(src, workspace, nullptr, dst, at(workspace, padded(tiles.packed_bytes())));
    }

    void run_backward_data(const float* diff_dst, const float* weights, float* diff_src, void* workspace) const {
        if (data_winograd) {
            data_winograd->pack_transposed(weights, workspace);
            return run_winograd(*data_winograd, diff_dst, diff_src, workspace);
        }
        if (data_product) return data_product->run(diff_dst, weights, nullptr, diff_src, at(workspace, scratch_offset));
        if (is_transposed) {
            auto* flipped = reinterpret_cast<float*>(at(workspace, flipped_offset));
            flip_taps(shape, weights, flipped);
            weights = flipped;
        }
        backward_data.set(DNNL_ARG_WEIGHTS, ordered(backward_data_weights, weights, workspace));
        backward_data.set(is_transposed ? DNNL_ARG_SRC : DNNL_ARG_DIFF_DST, diff_dst);
        backward_data.set(is_transposed ? DNNL_ARG_DST : DNNL_ARG_DIFF_SRC, diff_src);
        backward_data.run(engine.stream, at(workspace, scratch_offset));
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

void Convolution::forward(const float* src, const float* weights, const float* bias, float* dst,
                          void* workspace) const {
    if (impl_->depthwise)
        return impl_->depthwise->forward(src, weights, impl_->has_bias ? bias : nullptr, dst, workspace);
    if (impl_->pointwise) return impl_->pointwise->forward(src, weights, dst, workspace);
    if (impl_->forward_winograd) {
        impl_->forward_winograd->pack(weights, impl_->has_bias ? bias : nullptr, workspace);
        return Impl::run_winograd(*impl_->forward_winograd, src, dst, workspace);
    }
    void* scratch = at(workspace, impl_->scratch_offset);
    if (impl_->forward_product) return impl_->forward_product->run(src, weights, bias, dst, scratch);
    const BoundPrimitive& pass = impl_->forward;
    pass.set(DNNL_ARG_WEIGHTS, impl_->ordered(impl_->forward_weights, weights, workspace));
    pass.set(DNNL_ARG_SRC, src);
    pass.set(DNNL_ARG_DST, dst);
    if (impl_->has_bias) pass.set(DNNL_ARG_BIAS, bias);
    pass.run(impl_->engine.stream, scratch);
}

void Convolution::backward_data(const float* diff_dst, const float* weights, float* diff_src, void* workspace) const {
    if (!impl_->has_backward_data) throw InternalError("conv2d: backward_data of a convolution that was made without");
    if (impl_->depthwise) return impl_->depthwise->backward_data(diff_dst, weights, diff_src, workspace);
    if (impl_->pointwise) return impl_->pointwise->backward_data(diff_dst, weights, diff_src);
    auto* grid = static_cast<float*>(workspace);
    impl_->run_backward_data(diff_dst, weights, impl_->strided_grid ? grid : diff_src, workspace);
    if (impl_->strided_grid) scatter_grid(impl_->shape, grid, diff_src);
}

void Convolution::backward_weights(const float* src, const float* diff_dst, float* diff_weights, float* diff_bias,
                                   void* workspace) const {
    if (impl_->depthwise)
        return impl_->depthwise->backward_weights(src, diff_dst, diff_weights, impl_->has_bias ? diff_bias : nullptr,
                                                  workspace);
    if (impl_->pointwise) return impl_->pointwise->backward_weights(src, diff_dst, diff_weights, workspace);
    void* scratch = at(workspace, impl_->scratch_offset);
    if (impl_->strided_grid) {
        gather_grid(impl_->shape, src, static_cast<float*>(workspace));
        src = static_cast<const float*>(workspace);
    }
    if (impl_->weights_product) return impl_->weights_product->run(diff_dst, src, nullptr, diff_weights, scratch);
    const BoundPrimitive& pass = impl_->backward_weights;
    const bool reorder = impl_->weight_gradients.needed();
    void* ordered = at(workspace, impl_->weights_offset);
    pass.set(DNNL_ARG_SRC, src);
    pass.set(DNNL_ARG_DIFF_DST, diff_dst);
    pass.set(DNNL_ARG_DIFF_WEIGHTS, reorder ? ordered : diff_weights);
    if (impl_->has_bias) pass.set(DNNL_ARG_DIFF_BIAS, diff_bias);
    pass.run(impl_->engine.stream, scratch);
    if (reorder) impl_->weight_gradients.run(impl_->engine.stream, ordered, diff_weights, scratch);
}

std::string Convolution::implementation() const {
    if (impl_->depthwise) return Depthwise::implementation();
    if (impl_->pointwise) return Pointwise::implementation();
    const auto name = [](const std::optional<Matmul>& product, const BoundPrimitive& pass) {
        return product ? "matmul:" + product->implementation() : pass.implementation();
    };
    std::string text =
        impl_->forward_winograd ? Winograd::implementation() : name(impl_->forward_product, impl_->forward);
    if (impl_->has_backward_data)
        text += " | " + (impl_->data_winograd ? Winograd::implementation()
                                              : name(impl_->data_product, impl_->backward_data));
    return text + " | " + name(impl_->weights_product, impl_->backward_weights);
}

}  // namespace hpnas::kernel
