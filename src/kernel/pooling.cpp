#include "hpnas/kernel/pooling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "hpnas/core/error.hpp"
#include "parallel.hpp"

namespace hpnas::kernel {
namespace {

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
void accumulate(float factor, const float* src, float* dst, std::int64_t n) {
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) dst[i] += factor * src[i];
}
[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
void maximum(const float* src, float* dst, std::int64_t n) {
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) dst[i] = src[i] > dst[i] ? src[i] : dst[i];
}

/// The positions inside the image that output (y, x) reads, and the weight of each in an average.
struct Patch {
    std::int64_t y_begin, x_begin, ky_begin, ky_end, kx_begin, kx_end;
    float weight;
};

/// First and one past the last kernel index whose position start + index * dilation lies in [0, size).
void clip(std::int64_t start, std::int64_t dilation, std::int64_t size, std::int64_t kernel, std::int64_t& begin, std::int64_t& end) {
    begin = start >= 0 ? 0 : (-start + dilation - 1) / dilation;
    end = start >= size ? 0 : std::min(kernel, (size - 1 - start) / dilation + 1);
    end = std::max(begin, end);
}

Patch patch_of(const PoolingShape& s, std::int64_t y, std::int64_t x) {
    Patch p{};
    p.y_begin = y * s.window.stride_h - s.window.pad_top;
    p.x_begin = x * s.window.stride_w - s.window.pad_left;
    clip(p.y_begin, s.window.dilation_h, s.h, s.window.kh, p.ky_begin, p.ky_end);
    clip(p.x_begin, s.window.dilation_w, s.w, s.window.kw, p.kx_begin, p.kx_end);
    const std::int64_t counted = s.kind == PoolingKind::average ? (p.ky_end - p.ky_begin) * (p.kx_end - p.kx_begin)
                                                                 : s.window.kh * s.window.kw;
    p.weight = 1.0F / static_cast<float>(std::max<std::int64_t>(1, counted));
    return p;
}

/// Calls f(offset of the position's channels within an image) for each position of the patch.
template <class F>
void for_positions(const PoolingShape& s, const Patch& p, F&& f) {
    for (std::int64_t ky = p.ky_begin; ky < p.ky_end; ++ky)
        for (std::int64_t kx = p.kx_begin; kx < p.kx_end; ++kx)
            f(((p.y_begin + ky * s.window.dilation_h) * s.w + p.x_begin + kx * s.window.dilation_w) * s.c);
}

void pool_backward_maximum(const PoolingShape& s, const Patch& p, const float* src, const float* diff_dst, float* diff_src) {
    for (std::int64_t c = 0; c < s.c; ++c) {
        std::int64_t winner = -1;
        for_positions(s, p, [&](std::int64_t at) {
            if (winner < 0 || src[at + c] > src[winner + c]) winner = at;
        });
        if (winner >= 0) diff_src[winner + c] += diff_dst[c];
    }
}

}  // namespace

void global_average_pool_forward(const float* src, float* dst, std::int64_t n, std::int64_t spatial, std::int64_t c) {
    for_blocks(n, 1, [=](std::int64_t s, std::int64_t) {
        float* out = dst + s * c;
        std::fill_n(out, c, 0.0F);
        for (std::int64_t i = 0; i < spatial; ++i) accumulate(1.0F, src + (s * spatial + i) * c, out, c);
        for (std::int64_t j = 0; j < c; ++j) out[j] /= static_cast<float>(spatial);
    });
}

void global_average_pool_backward(const float* diff_dst, float* diff_src, std::int64_t n, std::int64_t spatial, std::int64_t c) {
    for_blocks(n, 1, [=](std::int64_t s, std::int64_t) {
        float* first = diff_src + s * spatial * c;
        for (std::int64_t j = 0; j < c; ++j) first[j] = diff_dst[s * c + j] / static_cast<float>(spatial);
        for (std::int64_t i = 1; i < spatial; ++i) std::copy_n(first, c, first + i * c);
    });
}

Pooling::Pooling(const PoolingShape& shape) : shape_(shape) {
    const Window& w = shape.window;
    if (std::min({shape.n, shape.h, shape.w, shape.c, w.kh, w.kw, w.stride_h, w.stride_w}) < 1)
        throw ShapeError(fmt::format("pooling: sizes must be positive: src [{}, {}, {}, {}], window {}x{}", shape.n, shape.h, shape.w,
                                     shape.c, w.kh, w.kw));
    if (out_h() < 1 || out_w() < 1)
        throw ShapeError(fmt::format("pooling: a {}x{} window does not fit a {}x{} image", w.kh, w.kw, shape.h, shape.w));
    if (std::max(w.pad_top, w.pad_bottom) > w.dilation_h * (w.kh - 1) || std::max(w.pad_left, w.pad_right) > w.dilation_w * (w.kw - 1))
        throw ShapeError(fmt::format("pooling: padding must be smaller than the {}x{} window", w.kh, w.kw));
}

void Pooling::forward(const float* src, float* dst) const {
    const PoolingShape& s = shape_;
    const std::int64_t rows = s.n * out_h();
    for_blocks(rows, 1, [&](std::int64_t row, std::int64_t) {
        const float* image = src + row / out_h() * s.h * s.w * s.c;
        for (std::int64_t x = 0; x < out_w(); ++x) {
            const Patch p = patch_of(s, row % out_h(), x);
            float* out = dst + (row * out_w() + x) * s.c;
            if (s.kind == PoolingKind::maximum) {
                std::fill_n(out, s.c, -std::numeric_limits<float>::infinity());
                for_positions(s, p, [&](std::int64_t at) { maximum(image + at, out, s.c); });
            } else {
                std::fill_n(out, s.c, 0.0F);
                for_positions(s, p, [&](std::int64_t at) { accumulate(p.weight, image + at, out, s.c); });
            }
        }
    });
}

void Pooling::backward(const float* src, const float* diff_dst, float* diff_src) const {
    const PoolingShape& s = shape_;
    const std::int64_t image_size = s.h * s.w * s.c;
    for_blocks(s.n, 1, [&](std::int64_t sample, std::int64_t) {
        float* diff_image = diff_src + sample * image_size;
        std::fill_n(diff_image, image_size, 0.0F);
        for (std::int64_t i = 0; i < out_h() * out_w(); ++i) {
            const Patch p = patch_of(s, i / out_w(), i % out_w());
            const float* diff = diff_dst + (sample * out_h() * out_w() + i) * s.c;
            if (s.kind == PoolingKind::maximum)
                pool_backward_maximum(s, p, src + sample * image_size, diff, diff_image);
            else
                for_positions(s, p, [&](std::int64_t at) { accumulate(p.weight, diff, diff_image + at, s.c); });
        }
    });
}

}  // namespace hpnas::kernel
