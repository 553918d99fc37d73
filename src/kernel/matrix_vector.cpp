#include "matrix_vector.hpp"

#include <algorithm>

#include "parallel.hpp"

namespace hpnas::kernel {
namespace {

/// Four rows of weights at a time: independent sums hide the latency of the multiply-adds.
[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void four_rows(const float* weights,
                                                                                     const float* src, std::int64_t c,
                                                                                     float* dst) {
    const float *w0 = weights, *w1 = w0 + c, *w2 = w1 + c, *w3 = w2 + c;
    float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
#pragma omp simd reduction(+ : s0, s1, s2, s3)
    for (std::int64_t i = 0; i < c; ++i) {
        s0 += w0[i] * src[i];
        s1 += w1[i] * src[i];
        s2 += w2[i] * src[i];
        s3 += w3[i] * src[i];
    }
    dst[0] = s0, dst[1] = s1, dst[2] = s2, dst[3] = s3;
}

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] float one_row(const float* weights,
                                                                                    const float* src, std::int64_t c) {
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t i = 0; i < c; ++i) sum += weights[i] * src[i];
    return sum;
}

}  // namespace

void matrix_vector(const float* weights, const float* src, const float* bias, std::int64_t k, std::int64_t c,
                   float* dst) {
    const std::int64_t rows_per_block = std::max<std::int64_t>(4, elements_per_block / c / 4 * 4);
    for_blocks(k, rows_per_block, [&](std::int64_t begin, std::int64_t end) {
        std::int64_t j = begin;
        for (; j + 4 <= end; j += 4) four_rows(weights + j * c, src, c, dst + j);
        for (; j < end; ++j) dst[j] = one_row(weights + j * c, src, c);
        if (bias != nullptr)
            for (j = begin; j < end; ++j) dst[j] += bias[j];
    });
}

}  // namespace hpnas::kernel
