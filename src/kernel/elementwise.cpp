#include "hpnas/kernel/elementwise.hpp"

#include "parallel.hpp"

namespace hpnas::kernel {
namespace {

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
void add_range(const float* a, const float* b, float* dst, std::int64_t n) {
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) dst[i] = a[i] + b[i];
}
[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
void scale_range(float factor, const float* src, float* dst, std::int64_t n) {
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) dst[i] = factor * src[i];
}

}  // namespace

void add(const float* a, const float* b, float* dst, std::int64_t count) {
    for_blocks(count, elements_per_block,
               [=](std::int64_t begin, std::int64_t end) { add_range(a + begin, b + begin, dst + begin, end - begin); });
}

void scale(float factor, const float* src, float* dst, std::int64_t count) {
    for_blocks(count, elements_per_block,
               [=](std::int64_t begin, std::int64_t end) { scale_range(factor, src + begin, dst + begin, end - begin); });
}

void fill(float value, float* dst, std::int64_t count) {
    for_blocks(count, elements_per_block, [=](std::int64_t begin, std::int64_t end) { std::fill(dst + begin, dst + end, value); });
}

}  // namespace hpnas::kernel
