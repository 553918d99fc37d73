#pragma once
#include <cstdint>

/// Building blocks of the hot loops, templates over `Isa` (isa_avx512.hpp, ...): loops over whole vectors and the part
/// that is left, and functions of vectors. They are compiled once per instruction set, so nothing here may be shared
/// between sources: no functions of the standard library, only templates over the private type Isa and functions that
/// are always inlined.
namespace hpnas::kernel::simd {

template <class Isa>
using Vector = typename Isa::Vector;

/// Access to all lanes.
template <class Isa>
struct Whole {
    [[gnu::always_inline]] Vector<Isa> load(const float* p) const { return Isa::load(p); }
    [[gnu::always_inline]] void store(float* p, Vector<Isa> v) const { Isa::store(p, v); }
};

/// Access to the first `lanes`, 0 <= lanes <= Isa::lanes.
template <class Isa>
struct Part {
    int lanes;
    [[gnu::always_inline]] Vector<Isa> load(const float* p) const { return Isa::load_part(p, lanes); }
    [[gnu::always_inline]] void store(float* p, Vector<Isa> v) const { Isa::store_part(p, v, lanes); }
};

/// Calls f(i, access) for i = 0, lanes, ... below n; the last access may be a Part.
template <class Isa, class F>
[[gnu::always_inline]] inline void for_vectors(std::int64_t n, F f) {
    std::int64_t i = 0;
    for (; i + Isa::lanes <= n; i += Isa::lanes) f(i, Whole<Isa>{});
    if (i < n) f(i, Part<Isa>{static_cast<int>(n - i)});
}

template <class Isa>
[[gnu::always_inline]] inline Vector<Isa> broadcast(float x) {
    return Vector<Isa>{} + x;
}

/// e^x to within 2 ulp for x in [-87, 88], clamped to e^-87 and e^88 outside; NaN stays NaN.
/// e^x = 2^n * e^r with n = round(x / ln 2) and a polynomial in r, |r| <= ln(2) / 2, that is fitted
/// for the least largest relative error, 3e-9.
template <class Isa>
[[gnu::always_inline]] inline Vector<Isa> exp(Vector<Isa> x) {
    using V = Vector<Isa>;
    using Integers = typename Isa::Integers;
    x = Isa::larger(broadcast<Isa>(-87.0F), x);
    x = Isa::smaller(broadcast<Isa>(88.0F), x);
    const V shifted = x * 1.44269504F + 12582912.0F;  // 1.5 * 2^23: the sum's low mantissa bits are n
    const V n = shifted - 12582912.0F;
    const V r = (x - n * 0.693145752F) - n * 1.42860677e-6F;  // ln 2 in two parts
    V p = r * 1.38145406e-3F + 8.36874545e-3F;
    p = p * r + 4.1668389e-2F;
    p = p * r + 1.66665211e-1F;
    p = p * r + 4.9999994e-1F;
    p = p * r + 1.0F;
    p = p * r + 1.0F;
    const Integers power = (reinterpret_cast<Integers>(shifted) - 0x4B400000 + 127) << 23;
    return p * reinterpret_cast<V>(power);
}

template <class Isa>
[[gnu::always_inline]] inline Vector<Isa> sigmoid(Vector<Isa> x) {
    return 1.0F / (1.0F + exp<Isa>(-x));
}

/// Hyperbolic tangent to within a few ulp: its Taylor series to x^9 below 1/4, where the formula would cancel.
template <class Isa>
[[gnu::always_inline]] inline Vector<Isa> tanh(Vector<Isa> x) {
    using V = Vector<Isa>;
    const V square = x * x;
    V series = square * 2.18694885e-2F - 5.39682540e-2F;
    series = series * square + 1.33333333e-1F;
    series = series * square - 3.33333333e-1F;
    series = x + x * square * series;
    const V large = 1.0F - 2.0F / (1.0F + exp<Isa>(x + x));
    return square < 0.0625F ? series : large;
}

/// Distribution function of the standard normal to within 2e-7, by formula 7.1.26 of Abramowitz, Stegun (1964) for the
/// complementary error function of |x| / sqrt(2). `density` receives e^(-x^2 / 2) / sqrt(2 pi).
template <class Isa>
[[gnu::always_inline]] inline Vector<Isa> normal_distribution(Vector<Isa> x, Vector<Isa>& density) {
    using V = Vector<Isa>;
    const V bell = exp<Isa>(x * x * -0.5F);
    density = bell * 0.39894228F;
    const V size = Isa::smaller(broadcast<Isa>(1e9F), x < 0.0F ? -x : x);  // finite; the bell is 0 long before
    const V t = Isa::reciprocal(1.0F + size * (0.70710678F * 0.3275911F));
    V p = t * (0.5F * 1.061405429F) - 0.5F * 1.453152027F;
    p = p * t + 0.5F * 1.421413741F;
    p = p * t - 0.5F * 0.284496736F;
    p = p * t + 0.5F * 0.254829592F;
    const V half_tail = p * t * bell;
    return x < 0.0F ? half_tail : 1.0F - half_tail;
}

}  // namespace hpnas::kernel::simd
