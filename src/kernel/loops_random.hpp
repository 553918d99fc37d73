#pragma once
#include "loops.hpp"
#include "loops_elementwise.hpp"

/// Random numbers in bulk. Bits must not depend on the instruction set, so no product may be contracted with a sum:
/// each passes through Isa::loaded, which hides it from the compiler.
namespace hpnas::kernel::simd {

/// a * b + c with both roundings.
template <class Isa>
[[gnu::always_inline]] inline Vector<Isa> rounded_twice(Vector<Isa> a, Vector<Isa> b, Vector<Isa> c) {
    return Isa::loaded(a * b) + c;
}

/// sqrt(-2 ln u), u = (n + 1) / 2^24 for the upper 24 bits n of each draw. The logarithm is that of the Cephes library
/// (Moshier): a polynomial around 1 in the mantissa m, sqrt(1/2) < m <= sqrt(2).
template <class Isa>
[[gnu::always_inline]] inline Vector<Isa> normal_radius(typename Isa::Integers draws) {
    using V = Vector<Isa>;
    using Integers = typename Isa::Integers;
    const auto n = __builtin_convertvector(((draws >> 8) & 0xffffff) + 1, V);
    const auto bits = reinterpret_cast<Integers>(n);
    const auto mantissa = reinterpret_cast<V>((bits & 0x7fffff) | 0x3f800000);  // [1, 2)
    const auto large = mantissa > 1.41421356F;
    const V m = large ? mantissa * 0.5F : mantissa;
    const Integers exponent = (bits >> 23) - (127 + 24);  // of u
    const auto e = __builtin_convertvector(large ? exponent + 1 : exponent, V);
    const V f = m - 1.0F;
    constexpr float coefficients[] = {-1.1514610310E-1F, 1.1676998740E-1F, -1.2420140846E-1F, 1.4249322787E-1F,
                                      -1.6668057665E-1F, 2.0000714765E-1F, -2.4999993993E-1F, 3.3333331174E-1F};
    V p = broadcast<Isa>(7.0376836292E-2F);
#pragma GCC unroll 8
    for (const float c : coefficients) p = rounded_twice<Isa>(p, f, broadcast<Isa>(c));
    const V square = Isa::loaded(f * f);
    V log = Isa::loaded(Isa::loaded(f * square) * p);
    log = rounded_twice<Isa>(e, broadcast<Isa>(-2.12194440E-4F), log);
    log = log - Isa::loaded(square * 0.5F);
    log = rounded_twice<Isa>(e, broadcast<Isa>(0.693359375F), f + log);
    return Isa::sqrt(Isa::loaded(log * -2.0F));
}

/// Cosine and sine of an angle that is uniform on the circle: two bits of each draw choose the quadrant, 24 the angle
/// within it, between -pi/4 and pi/4.
template <class Isa>
[[gnu::always_inline]] inline void circle_point(typename Isa::Integers draws, Vector<Isa>& cosine, Vector<Isa>& sine) {
    using V = Vector<Isa>;
    using Integers = typename Isa::Integers;
    const auto steps = __builtin_convertvector(((draws >> 6) & 0xffffff) - 0x800000, V);  // and a half
    const V x = Isa::loaded((steps + 0.5F) * 9.36267571e-08F);                            // pi / 2^25
    const V z = Isa::loaded(x * x);
    V s = rounded_twice<Isa>(z, broadcast<Isa>(-1.9515295891E-4F), broadcast<Isa>(8.3321608736E-3F));
    s = rounded_twice<Isa>(s, z, broadcast<Isa>(-1.6666654611E-1F));
    s = rounded_twice<Isa>(Isa::loaded(s * z), x, x);
    V c = rounded_twice<Isa>(z, broadcast<Isa>(2.443315711809948E-5F), broadcast<Isa>(-1.388731625493765E-3F));
    c = rounded_twice<Isa>(c, z, broadcast<Isa>(4.166664568298827E-2F));
    c = rounded_twice<Isa>(Isa::loaded(c * z), z, rounded_twice<Isa>(z, broadcast<Isa>(-0.5F), broadcast<Isa>(1.0F)));
    const Integers quadrant = draws >> 30;  // its two low bits count
    const Integers swapped = Integers{} - (quadrant & 1);
    const auto cosine_bits = reinterpret_cast<Integers>(c), sine_bits = reinterpret_cast<Integers>(s);
    const Integers first = (swapped & sine_bits) | (~swapped & cosine_bits);
    const Integers second = (swapped & cosine_bits) | (~swapped & sine_bits);
    cosine = reinterpret_cast<V>(first ^ (((quadrant ^ (quadrant >> 1)) & 1) << 31));
    sine = reinterpret_cast<V>(second ^ ((quadrant & 2) << 30));
}

/// Values of the group of 32 that the draws with numbers first .. first + 15 give: lane l of the i-th vector belongs to
/// draw l / 2 of the half-group l % 2, whatever the number of lanes.
template <class Isa>
[[gnu::always_inline]] inline void normal_values(const NormalRange& range, unsigned long long first, float* dst) {
    using Integers = typename Isa::Integers;
    using Words = typename Isa::Words;
    constexpr int pairs = Isa::lanes / 2, half = normal_group / 2;
    Words step{};
    for (int i = 0; i < pairs; ++i) step[i] = static_cast<unsigned long long>(i);
    const auto draw = [&](unsigned long long at) {
        const Words pair = step + at;
        return philox<Isa>(pair & 0xffffffffULL, (pair >> 32) ^ range.key_high, range.key_low);
    };
    for (int i = 0; i < half; i += Isa::lanes) {
        const auto at = first + static_cast<unsigned long long>(i) / 2;
        const Words a = draw(at), b = draw(at + half / 2);
        const auto lengths = reinterpret_cast<Integers>((a & 0xffffffffULL) | (b << 32));
        const auto angles = reinterpret_cast<Integers>((a >> 32) | (b & 0xffffffff00000000ULL));
        const Vector<Isa> radius = normal_radius<Isa>(lengths) * range.deviation;
        Vector<Isa> cosine, sine;
        circle_point<Isa>(angles, cosine, sine);
        Isa::store(dst + i, radius * cosine);
        Isa::store(dst + half + i, radius * sine);
    }
}

template <class Isa>
void normal(const NormalRange& range, float* dst) {
    const auto first = static_cast<unsigned long long>(range.begin) / 2;
    std::int64_t i = 0;
    for (; i + normal_group <= range.count; i += normal_group)
        normal_values<Isa>(range, first + static_cast<unsigned long long>(i) / 2, dst + i);
    if (i == range.count) return;
    float last[normal_group];
    normal_values<Isa>(range, first + static_cast<unsigned long long>(i) / 2, last);
    __builtin_memcpy(dst + i, last, static_cast<unsigned long>(range.count - i) * sizeof(float));
}

/// One block of Rng's draws per 64-bit lane, in the low halves of four vectors. High halves may hold anything.
template <class Isa>
struct DrawBlocks {
    typename Isa::Words x[4];

    /// Philox4x32-10 (Salmon et al., SC 2011).
    [[gnu::always_inline]] void encrypt(std::uint32_t key_low, std::uint32_t key_high) {
        using Words = typename Isa::Words;
#pragma GCC unroll 10
        for (int round = 0; round < 10; ++round) {
            const Words a = Isa::multiply_low(x[0], Words{} + 0xd2511f53ULL);
            const Words b = Isa::multiply_low(x[2], Words{} + 0xcd9e8d57ULL);
            x[0] = (b >> 32) ^ x[1] ^ (Words{} + key_low);
            x[1] = b;
            x[2] = (a >> 32) ^ x[3] ^ (Words{} + key_high);
            x[3] = a;
            key_low += 0x9e3779b9U, key_high += 0xbb67ae85U;
        }
    }
};

/// low + width * (draw + 1/2) / 2^32 in double precision, with both roundings.
template <class Isa>
[[gnu::always_inline]] inline void uniform_values(const UniformRange& range, typename Isa::Words draws, float* dst) {
    using V = Vector<Isa>;
    using Words = typename Isa::Words;
    using Doubles = typename Isa::Doubles;
    const Words bits = (draws & 0xffffffffULL) | 0x4330000000000000ULL;  // of 2^52 + draw
    const Doubles unit = (reinterpret_cast<Doubles>(bits) - 0x1p52 + 0.5) * 0x1p-32;  // all exact
    const V part = Isa::loaded(reinterpret_cast<V>(unit * range.width));
    const auto values = __builtin_convertvector(reinterpret_cast<Doubles>(part) + range.low, typename Isa::Halves);
    __builtin_memcpy(dst, &values, sizeof(values));
}

template <class Isa>
void uniform(const UniformRange& range, float* dst) {
    using Words = typename Isa::Words;
    constexpr int blocks = Isa::lanes / 2, values = 4 * blocks;
    Words step{};
    for (int i = 0; i < blocks; ++i) step[i] = static_cast<unsigned long long>(i);
    for (std::int64_t i = 0; i < range.count; i += values) {
        DrawBlocks<Isa> drawn{step + static_cast<unsigned long long>(i / 4), Words{} + range.purpose,
                              Words{} + range.id_low, Words{} + range.id_high};
        drawn.encrypt(range.key_low, range.key_high);
        float columns[4][blocks], rows[values];
#pragma GCC unroll 4
        for (int j = 0; j < 4; ++j) uniform_values<Isa>(range, drawn.x[j], columns[j]);
        for (int j = 0; j < values; ++j) rows[j] = columns[j % 4][j / 4];
        const std::int64_t n = range.count - i < values ? range.count - i : values;
        __builtin_memcpy(dst + i, rows, static_cast<unsigned long>(n) * sizeof(float));
    }
}

}  // namespace hpnas::kernel::simd
