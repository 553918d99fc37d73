#pragma once
#include <immintrin.h>

namespace hpnas::kernel {
namespace {  // in a header: what is built from it stays private to sources with these target flags

/// Vectors of 16 floats. Include only from sources built with -march=x86-64-v4.
struct Avx512 {
    using Vector = __m512;
    typedef int Integers __attribute__((vector_size(64)));
    typedef unsigned long long Words __attribute__((vector_size(64)));
    typedef double Doubles __attribute__((vector_size(64)));
    typedef float Halves __attribute__((vector_size(32)));  // as many floats as Words
    static constexpr int lanes = 16, registers = 32;
    static constexpr bool specialised = true;

    [[gnu::always_inline]] static Vector load(const float* p) { return _mm512_loadu_ps(p); }
    [[gnu::always_inline]] static void store(float* p, Vector v) { _mm512_storeu_ps(p, v); }
    /// The first n lanes, 0 <= n <= lanes; the others are zero and not read.
    [[gnu::always_inline]] static Vector load_part(const float* p, int n) { return _mm512_maskz_loadu_ps(first(n), p); }
    [[gnu::always_inline]] static void store_part(float* p, Vector v, int n) { _mm512_mask_storeu_ps(p, first(n), v); }
    /// *p in every lane, by the load itself.
    [[gnu::always_inline]] static Vector spread(const float* p) { return _mm512_set1_ps(*p); }
    /// v, loaded here: without this the compiler makes a later selection part of the load, which then waits for the
    /// condition.
    [[gnu::always_inline]] static Vector loaded(Vector v) {
        asm("" : "+v"(v));
        return v;
    }
    /// The larger and the smaller of each pair; b where one is NaN.
    [[gnu::always_inline]] static Vector larger(Vector a, Vector b) { return _mm512_maskz_max_ps(0xffff, a, b); }
    [[gnu::always_inline]] static Vector smaller(Vector a, Vector b) { return _mm512_maskz_min_ps(0xffff, a, b); }
    /// 1 / v of normal numbers, to within an ulp or two: an estimate and a step of Newton's method, half a division's
    /// time.
    [[gnu::always_inline]] static Vector reciprocal(Vector v) {
        const Vector estimate = _mm512_maskz_rcp14_ps(0xffff, v);
        return estimate * (2.0F - v * estimate);
    }
    [[gnu::always_inline]] static Vector sqrt(Vector v) { return _mm512_maskz_sqrt_ps(0xffff, v); }
    [[gnu::always_inline]] static float sum(Vector v) {
        const auto eight = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
                           __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
        const auto four =
            __builtin_shufflevector(eight, eight, 0, 1, 2, 3) + __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
        return (four[0] + four[2]) + (four[1] + four[3]);
    }
    /// The first lanes / 2 floats, converted.
    [[gnu::always_inline]] static Doubles load_doubles(const float* p) {
        // The masked form, as in multiply_low().
        return _mm512_maskz_cvtps_pd(0xff, _mm256_loadu_ps(p));
    }
    /// Products of the low halves of 64-bit lanes.
    [[gnu::always_inline]] static Words multiply_low(Words a, Words b) {
        // The masked form: GCC 12 warns of an uninitialised operand in the plain one.
        return reinterpret_cast<Words>(
            _mm512_maskz_mul_epu32(0xff, reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
    }

private:
    [[gnu::always_inline]] static __mmask16 first(int n) { return static_cast<__mmask16>((1U << n) - 1U); }
};

}  // namespace
}  // namespace hpnas::kernel
