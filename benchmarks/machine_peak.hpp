#pragma once
#include <immintrin.h>
#include <omp.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <vector>

namespace hpnas::bench {

/// Independent sums: more than latency times throughput of any core, few enough for 16 registers.
constexpr int n_chains = 12;

[[gnu::target("avx512f")]] inline float multiply_add_avx512(std::int64_t n) {
    __m512 sums[n_chains];
    const __m512 factor = _mm512_set1_ps(0.5F), term = _mm512_set1_ps(1.0F);
    for (__m512& sum : sums) sum = term;
    for (std::int64_t i = 0; i < n; ++i) {
        for (__m512& sum : sums) sum = _mm512_fmadd_ps(sum, factor, term);
    }
    __m512 total = sums[0];
    for (const __m512& sum : sums) total = _mm512_add_ps(total, sum);
    return _mm512_cvtss_f32(total);
}

[[gnu::target("avx2,fma")]] inline float multiply_add_avx2(std::int64_t n) {
    __m256 sums[n_chains];
    const __m256 factor = _mm256_set1_ps(0.5F), term = _mm256_set1_ps(1.0F);
    for (__m256& sum : sums) sum = term;
    for (std::int64_t i = 0; i < n; ++i) {
        for (__m256& sum : sums) sum = _mm256_fmadd_ps(sum, factor, term);
    }
    __m256 total = sums[0];
    for (const __m256& sum : sums) total = _mm256_add_ps(total, sum);
    return _mm256_cvtss_f32(total);
}

inline float multiply_add_baseline(std::int64_t n) {
    __m128 sums[n_chains];
    const __m128 factor = _mm_set1_ps(0.5F), term = _mm_set1_ps(1.0F);
    for (__m128& sum : sums) sum = term;
    for (std::int64_t i = 0; i < n; ++i) {
        for (__m128& sum : sums) sum = _mm_add_ps(_mm_mul_ps(sum, factor), term);
    }
    __m128 total = sums[0];
    for (const __m128& sum : sums) total = _mm_add_ps(total, sum);
    return _mm_cvtss_f32(total);
}

/// Seconds of the fastest of `repeats` calls.
template <class F>
double fastest(int repeats, F&& call) {
    double best = std::numeric_limits<double>::infinity();
    for (int i = 0; i < repeats; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        call();
        best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
    return best;
}

/// Single-precision multiply-adds of all OpenMP threads together, in GFLOP/s, on registers alone.
inline double peak_gflops() {
    const bool avx512 = __builtin_cpu_supports("avx512f"), avx2 = __builtin_cpu_supports("fma");
    const auto loop = avx512 ? multiply_add_avx512 : avx2 ? multiply_add_avx2 : multiply_add_baseline;
    const int lanes = avx512 ? 16 : avx2 ? 8 : 4;
    constexpr std::int64_t n = 100'000;  // under a millisecond, so that some repeats are undisturbed
    float sink = 0;
    const double seconds = fastest(400, [&] {
#pragma omp parallel reduction(+ : sink)
        sink += loop(n);
    });
    volatile float keep = sink;
    static_cast<void>(keep);
    return 2e-9 * n * n_chains * lanes * omp_get_max_threads() / seconds;
}

/// Memory bandwidth of c = a + s * b over arrays larger than the caches, in GB/s, 12 bytes per element.
inline double triad_gb_per_s() {
    constexpr std::int64_t n = std::int64_t{1} << 24;
    std::vector<float> a(n, 1.0F), b(n, 2.0F), c(n, 0.0F);
    const double seconds = fastest(15, [&] {
#pragma omp parallel for simd
        for (std::int64_t i = 0; i < n; ++i)
            c[static_cast<std::size_t>(i)] = a[static_cast<std::size_t>(i)] + 3.0F * b[static_cast<std::size_t>(i)];
    });
    return 12e-9 * n / seconds;
}

}  // namespace hpnas::bench
