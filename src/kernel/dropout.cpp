#include "hpnas/kernel/dropout.hpp"

#include "parallel.hpp"

namespace hpnas::kernel {
namespace {

/// A 32-bit hash of (key, index): two multiply-xorshift rounds per half (finaliser of MurmurHash3), which vectorise.
[[gnu::always_inline]] inline std::uint32_t draw(DropoutKey key, std::uint64_t index) noexcept {
    auto x = static_cast<std::uint32_t>(index) ^ key.low;
    x = (x ^ (x >> 16U)) * 0x85ebca6bU;
    x = (x ^ (x >> 13U)) * 0xc2b2ae35U;
    x ^= (x >> 16U) ^ key.high ^ static_cast<std::uint32_t>(index >> 32U);
    x = (x ^ (x >> 16U)) * 0x7feb352dU;
    x = (x ^ (x >> 15U)) * 0x846ca68bU;
    return x ^ (x >> 16U);
}

/// Elements whose draw is below this are dropped.
std::uint32_t threshold(float probability) { return static_cast<std::uint32_t>(static_cast<double>(probability) * 4294967296.0); }

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
void dropout_range(DropoutKey key, float probability, const float* src, float* dst, std::int64_t begin, std::int64_t end) {
    const std::uint32_t drop_below = threshold(probability);
    const float factor = 1.0F / (1.0F - probability);
#pragma omp simd
    for (std::int64_t i = begin; i < end; ++i)
        dst[i] = draw(key, static_cast<std::uint64_t>(i)) < drop_below ? 0.0F : factor * src[i];
}

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
void scale_range(float factor, const float* src, const float* residual, float* dst, std::int64_t n) {
    if (residual == nullptr) {
#pragma omp simd
        for (std::int64_t i = 0; i < n; ++i) dst[i] = factor * src[i];
    } else {
#pragma omp simd
        for (std::int64_t i = 0; i < n; ++i) dst[i] = factor * src[i] + residual[i];
    }
}

}  // namespace

void dropout(DropoutKey key, float probability, const float* src, float* dst, std::int64_t count) {
    for_blocks(count, elements_per_block,
               [=](std::int64_t begin, std::int64_t end) { dropout_range(key, probability, src, dst, begin, end); });
}

void drop_path_factors(DropoutKey key, float probability, std::int64_t first, std::int64_t n, float* factors) {
    for (std::int64_t s = 0; s < n; ++s)
        factors[s] = draw(key, static_cast<std::uint64_t>(first + s)) < threshold(probability) ? 0.0F : 1.0F / (1.0F - probability);
}

void scale_samples(const SampleScale& args, std::int64_t n, std::int64_t per_sample) {
    for_blocks(n, 1, [&](std::int64_t s, std::int64_t) {
        const std::int64_t at = s * per_sample;
        scale_range(args.factors[s], args.src + at, args.residual == nullptr ? nullptr : args.residual + at, args.dst + at, per_sample);
    });
}

}  // namespace hpnas::kernel
