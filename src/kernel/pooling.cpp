#include "hpnas/kernel/pooling.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hpnas/core/error.hpp"
#include "loops.hpp"
#include "parallel.hpp"

namespace hpnas::kernel {
namespace {

/// Channels that one thread sums up: whole cache lines, four vectors of the widest instruction set.
constexpr std::int64_t channels_per_task = 64;

std::int64_t divide_up(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// Calls f(sample, first channel, one past the last) for all of [n, c], on all threads if there is work for them.
template <class F>
void for_channels(std::int64_t n, std::int64_t c, std::int64_t work, F&& f) {
    const std::int64_t width = work < elements_per_block ? c : channels_per_task, chunks = divide_up(c, width);
    const auto task = [&](std::int64_t i) { f(i / chunks, i % chunks * width, std::min(c, (i % chunks + 1) * width)); };
    if (work < elements_per_block) {
        for (std::int64_t i = 0; i < n * chunks; ++i) task(i);
    } else {
        for_blocks(n * chunks, 1, [&](std::int64_t i, std::int64_t) { task(i); });
    }
}

}  // namespace

void global_average_pool_forward(const float* src, float* dst, std::int64_t n, std::int64_t spatial, std::int64_t c) {
    const float factor = 1.0F / static_cast<float>(spatial);
    for_blocks(n, divide_up(elements_per_block, spatial * c), [=](std::int64_t begin, std::int64_t end) {
        for (std::int64_t s = begin; s < end; ++s) {
            loops().column_sums({spatial * c, c}, src + s * spatial * c, nullptr, dst + s * c);
            loops().scale(factor, dst + s * c, nullptr, dst + s * c, c);
        }
    });
}

void global_average_pool_backward(const float* diff_dst, float* diff_src, std::int64_t n, std::int64_t spatial,
                                  std::int64_t c) {
    const float factor = 1.0F / static_cast<float>(spatial);
    for_blocks(n, divide_up(elements_per_block, spatial * c), [=](std::int64_t begin, std::int64_t end) {
        for (std::int64_t s = begin; s < end; ++s) {
            float* first = diff_src + s * spatial * c;
            loops().scale(factor, diff_dst + s * c, nullptr, first, c);
            for (std::int64_t i = 1; i < spatial; ++i) std::copy_n(first, c, first + i * c);
        }
    });
}

Pooling::Pooling(const PoolingShape& shape) : shape_(shape) {
    const Window& w = shape.window;
    if (std::min({shape.n, shape.h, shape.w, shape.c, w.kh, w.kw, w.stride_h, w.stride_w, w.dilation_h, w.dilation_w}) <
        1)
        throw ShapeError(fmt::format("pooling: sizes must be positive: src [{}, {}, {}, {}], window {}x{}", shape.n,
                                     shape.h, shape.w, shape.c, w.kh, w.kw));
    if (out_h() < 1 || out_w() < 1)
        throw ShapeError(
            fmt::format("pooling: a {}x{} window does not fit a {}x{} image", w.kh, w.kw, shape.h, shape.w));
    if (std::max(w.pad_top, w.pad_bottom) > w.dilation_h * (w.kh - 1) ||
        std::max(w.pad_left, w.pad_right) > w.dilation_w * (w.kw - 1))
        throw ShapeError(fmt::format("pooling: padding must be smaller than the {}x{} window", w.kh, w.kw));
}

void Pooling::forward(const float* src, float* dst) const {
    const PoolingShape& s = shape_;
    const std::int64_t rows_per_block = divide_up(elements_per_block, out_w() * s.c * s.window.kh * s.window.kw);
    const std::int64_t blocks_per_image = divide_up(out_h(), rows_per_block);
    for_blocks(s.n * blocks_per_image, 1, [&](std::int64_t block, std::int64_t) {
        const std::int64_t image = block / blocks_per_image, row = block % blocks_per_image * rows_per_block;
        PoolingPart part{.shape = &s, .out_h = out_h(), .out_w = out_w(), .row_begin = row, .channel_end = s.c};
        part.row_end = std::min(out_h(), row + rows_per_block);
        part.src = src + image * s.h * s.w * s.c;
        part.dst = dst + image * out_h() * out_w() * s.c;
        loops().pool_forward(part);
    });
}

void Pooling::backward(const float* src, const float* diff_dst, float* diff_src) const {
    const PoolingShape& s = shape_;
    const std::int64_t work = out_h() * out_w() * s.c * s.window.kh * s.window.kw;
    for_channels(s.n, s.c, work, [&](std::int64_t image, std::int64_t channel_begin, std::int64_t channel_end) {
        PoolingPart part{.shape = &s,
                         .out_h = out_h(),
                         .out_w = out_w(),
                         .channel_begin = channel_begin,
                         .channel_end = channel_end};
        part.src = s.kind == PoolingKind::maximum ? src + image * s.h * s.w * s.c : nullptr;
        part.diff_dst = diff_dst + image * out_h() * out_w() * s.c;
        part.diff_src = diff_src + image * s.h * s.w * s.c;
        loops().pool_backward(part);
    });
}

}  // namespace hpnas::kernel
