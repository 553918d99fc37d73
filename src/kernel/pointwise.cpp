#include "pointwise.hpp"

#include <algorithm>

#include "hpnas/kernel/engine.hpp"
#include "loops.hpp"
#include "parallel.hpp"
#include "strided_grid.hpp"

namespace hpnas::kernel {
namespace {

constexpr std::int64_t fewest_channels = 32;  // with one vector of channels loads are the limit
constexpr std::int64_t most_weights = 8192;   // 32 KiB: they stay in the first-level cache
constexpr std::int64_t fewest_pixels = 256;   // below, reordering the weights counts

std::int64_t divide_up(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// dst [pixels, n] = src [pixels, m] * matrix [m, n].
void multiply_pixels(std::int64_t pixels, const float* src, std::int64_t m, const float* matrix, std::int64_t n,
                     float* dst) {
    for_blocks(pixels, elements_per_block / m, [=](std::int64_t begin, std::int64_t end) {
        loops().multiply({src + begin * m, m, 1, matrix, n, dst + begin * n, n, end - begin, n, m});
    });
}

}  // namespace

bool Pointwise::suits(const ConvolutionShape& s) noexcept {
    return Engine::isa() == "avx512" && is_pointwise(s) && s.window.stride_h == 1 && s.window.stride_w == 1 &&
           std::min(s.c, s.k) >= fewest_channels && s.c % widest_vector == 0 && s.k % widest_vector == 0 &&
           s.c * s.k <= most_weights && s.n * s.h * s.w >= fewest_pixels;
}

Pointwise::Pointwise(const ConvolutionShape& s)
    : pixels_(s.n * s.h * s.w), c_(s.c), k_(s.k), part_(elements_per_block / (s.c + s.k)) {}

std::size_t Pointwise::workspace_bytes() const noexcept {
    return static_cast<std::size_t>(std::max<std::int64_t>(1, divide_up(pixels_, part_) - 1) * c_ * k_) * sizeof(float);
}

std::string Pointwise::implementation() { return "own:pointwise:" + Engine::isa(); }

void Pointwise::forward(const float* src, const float* weights, float* dst, void* workspace) const {
    auto* transposed = static_cast<float*>(workspace);
    loops().transpose({weights, c_, k_, c_, transposed, k_});
    multiply_pixels(pixels_, src, c_, transposed, k_, dst);
}

void Pointwise::backward_data(const float* diff_dst, const float* weights, float* diff_src) const {
    multiply_pixels(pixels_, diff_dst, k_, weights, c_, diff_src);
}

void Pointwise::backward_weights(const float* src, const float* diff_dst, float* diff_weights, void* workspace) const {
    const auto sums = [=, this](std::int64_t part) {
        return part == 0 ? diff_weights : static_cast<float*>(workspace) + (part - 1) * c_ * k_;
    };
    for_blocks(pixels_, part_, [=, this](std::int64_t begin, std::int64_t end) {
        loops().multiply(
            {diff_dst + begin * k_, 1, k_, src + begin * c_, c_, sums(begin / part_), c_, k_, c_, end - begin});
    });
    for (std::int64_t part = 1; part < divide_up(pixels_, part_); ++part)
        loops().add(diff_weights, sums(part), diff_weights, c_ * k_);
}

}  // namespace hpnas::kernel
