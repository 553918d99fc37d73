#pragma once

namespace hpnas::kernel {
namespace {  // in a header, like its siblings of other instruction sets

/// Vectors of 4 floats on any x86-64 (or other) machine.
struct Baseline {
    typedef float Vector __attribute__((vector_size(16)));
    typedef int Integers __attribute__((vector_size(16)));
    typedef unsigned long long Words __attribute__((vector_size(16)));
    typedef double Doubles __attribute__((vector_size(16)));
    typedef float Halves __attribute__((vector_size(8)));  // as many floats as Words
    static constexpr int lanes = 4, registers = 16;
    static constexpr bool specialised = false;

    [[gnu::always_inline]] static Vector load(const float* p) { return load_part(p, lanes); }
    [[gnu::always_inline]] static void store(float* p, Vector v) { store_part(p, v, lanes); }
    /// The first n lanes, 0 <= n <= lanes; the others are zero and not read.
    [[gnu::always_inline]] static Vector load_part(const float* p, int n) {
        Vector v{};
        __builtin_memcpy(&v, p, static_cast<unsigned long>(n) * sizeof(float));
        return v;
    }
    [[gnu::always_inline]] static void store_part(float* p, Vector v, int n) {
        __builtin_memcpy(p, &v, static_cast<unsigned long>(n) * sizeof(float));
    }
    /// *p in every lane, by the load itself.
    [[gnu::always_inline]] static Vector spread(const float* p) { return Vector{*p, *p, *p, *p}; }
    [[gnu::always_inline]] static Vector loaded(Vector v) { return v; }
    /// The larger and the smaller of each pair; b where one is NaN.
    [[gnu::always_inline]] static Vector larger(Vector a, Vector b) { return a > b ? a : b; }
    [[gnu::always_inline]] static Vector smaller(Vector a, Vector b) { return a < b ? a : b; }
    [[gnu::always_inline]] static Vector reciprocal(Vector v) { return 1.0F / v; }
    [[gnu::always_inline]] static Vector sqrt(Vector v) {
        for (int i = 0; i < lanes; ++i) v[i] = __builtin_sqrtf(v[i]);
        return v;
    }
    [[gnu::always_inline]] static float sum(Vector v) { return (v[0] + v[2]) + (v[1] + v[3]); }
    /// The first lanes / 2 floats, converted.
    [[gnu::always_inline]] static Doubles load_doubles(const float* p) {
        return Doubles{static_cast<double>(p[0]), static_cast<double>(p[1])};
    }
    /// Products of the low halves of 64-bit lanes.
    [[gnu::always_inline]] static Words multiply_low(Words a, Words b) { return (a & 0xffffffffU) * (b & 0xffffffffU); }
};

}  // namespace
}  // namespace hpnas::kernel
