#pragma once
#include <immintrin.h>

namespace hpnas::kernel {
namespace {  // in a header: what is built from it stays private to sources with these target flags

/// Vectors of 8 floats. Include only from sources built with -march=x86-64-v3.
struct Avx2 {
    using Vector = __m256;
    typedef int Integers __attribute__((vector_size(32)));
    typedef unsigned long long Words __attribute__((vector_size(32)));
    typedef double Doubles __attribute__((vector_size(32)));
    typedef float Halves __attribute__((vector_size(16)));  // as many floats as Words
    static constexpr int lanes = 8, registers = 16;
    static constexpr bool specialised = true;

    [[gnu::always_inline]] static Vector load(const float* p) { return _mm256_loadu_ps(p); }
    [[gnu::always_inline]] static void store(float* p, Vector v) { _mm256_storeu_ps(p, v); }
    /// The first n lanes, 0 <= n <= lanes; the others are zero and not read.
    [[gnu::always_inline]] static Vector load_part(const float* p, int n) { return _mm256_maskload_ps(p, first(n)); }
    [[gnu::always_inline]] static void store_part(float* p, Vector v, int n) { _mm256_maskstore_ps(p, first(n), v); }
    /// v, loaded here: without this the compiler makes a later selection part of the load, which then waits for the
    /// condition.
    /// *p in every lane, by the load itself.
    [[gnu::always_inline]] static Vector spread(const float* p) { return _mm256_set1_ps(*p); }
    [[gnu::always_inline]] static Vector loaded(Vector v) {
        asm("" : "+x"(v));
        return v;
    }
    /// The larger and the smaller of each pair; b where one is NaN.
    [[gnu::always_inline]] static Vector larger(Vector a, Vector b) { return _mm256_max_ps(a, b); }
    [[gnu::always_inline]] static Vector smaller(Vector a, Vector b) { return _mm256_min_ps(a, b); }
    [[gnu::always_inline]] static Vector reciprocal(Vector v) { return 1.0F / v; }
    [[gnu::always_inline]] static Vector sqrt(Vector v) { return _mm256_sqrt_ps(v); }
    [[gnu::always_inline]] static float sum(Vector v) {
        const __m128 four = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
        const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
        return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
    }
    /// The first lanes / 2 floats, converted.
    [[gnu::always_inline]] static Doubles load_doubles(const float* p) { return _mm256_cvtps_pd(_mm_loadu_ps(p)); }
    /// Products of the low halves of 64-bit lanes.
    [[gnu::always_inline]] static Words multiply_low(Words a, Words b) {
        return reinterpret_cast<Words>(_mm256_mul_epu32(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b)));
    }

private:
    [[gnu::always_inline]] static __m256i first(int n) {
        return _mm256_cmpgt_epi32(_mm256_set1_epi32(n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
    }
};

}  // namespace
}  // namespace hpnas::kernel
