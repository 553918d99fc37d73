#include "strided_grid.hpp"

#include <algorithm>

namespace hpnas::kernel {
namespace {

constexpr std::int64_t parallel_floats = 1 << 15;

}  // namespace

bool is_pointwise(const ConvolutionShape& s) noexcept {
    const Window& w = s.window;
    return s.groups == 1 && w.kh == 1 && w.kw == 1 && w.pad_top == 0 && w.pad_bottom == 0 && w.pad_left == 0 &&
           w.pad_right == 0;
}

ConvolutionShape on_grid(const ConvolutionShape& s) noexcept {
    return {.n = s.n, .h = s.out_h(), .w = s.out_w(), .c = s.c, .k = s.k, .window = {}};
}

void gather_grid(const ConvolutionShape& s, const float* src, float* grid) {
    const std::int64_t oh = s.out_h(), ow = s.out_w();
#pragma omp parallel for schedule(static) if (s.n * oh * ow * s.c >= parallel_floats)
    for (std::int64_t row = 0; row < s.n * oh; ++row) {
        const float* from = src + (row / oh * s.h + row % oh * s.window.stride_h) * s.w * s.c;
        float* to = grid + row * ow * s.c;
        for (std::int64_t x = 0; x < ow; ++x, from += s.window.stride_w * s.c, to += s.c) std::copy_n(from, s.c, to);
    }
}

void scatter_grid(const ConvolutionShape& s, const float* diff_grid, float* diff_src) {
    const std::int64_t oh = s.out_h(), ow = s.out_w();
#pragma omp parallel for schedule(static) if (s.src_count() >= parallel_floats)
    for (std::int64_t row = 0; row < s.n * s.h; ++row) {
        const std::int64_t image = row / s.h, y = row % s.h;
        float* to = diff_src + row * s.w * s.c;
        std::fill_n(to, s.w * s.c, 0.0F);
        if (y % s.window.stride_h != 0) continue;
        const float* from = diff_grid + (image * oh + y / s.window.stride_h) * ow * s.c;
        for (std::int64_t x = 0; x < ow; ++x, from += s.c, to += s.window.stride_w * s.c) std::copy_n(from, s.c, to);
    }
}

}  // namespace hpnas::kernel
