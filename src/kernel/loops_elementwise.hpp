#pragma once
#include "loops.hpp"
#include "simd.hpp"

/// Activations, sums, scaling and dropout over a range of elements.
namespace hpnas::kernel::simd {

template <class Isa, Activation kind>
[[gnu::always_inline]] inline Vector<Isa> activate(Vector<Isa> x) {
    if constexpr (kind == Activation::relu) return x < 0.0F ? Vector<Isa>{} : x;  // NaN stays NaN
    if constexpr (kind == Activation::swish) return x / (1.0F + exp<Isa>(-x));
    if constexpr (kind == Activation::sigmoid) return sigmoid<Isa>(x);
    if constexpr (kind == Activation::gelu) {
        Vector<Isa> density;
        return x * normal_distribution<Isa>(x, density);
    }
    if constexpr (kind == Activation::tanh) return tanh<Isa>(x);
    if constexpr (kind == Activation::leaky_relu) return x < 0.0F ? x * 0.01F : x;
    if constexpr (kind == Activation::relu6) return x < 0.0F ? Vector<Isa>{} : (x > 6.0F ? Vector<Isa>{} + 6.0F : x);
    return x;
}

/// diff * f'(x). For relu x may be f(x) as well.
template <class Isa, Activation kind>
[[gnu::always_inline]] inline Vector<Isa> differentiate(Vector<Isa> diff, Vector<Isa> x) {
    if constexpr (kind == Activation::relu) return x <= 0.0F ? Vector<Isa>{} : Isa::loaded(diff);
    if constexpr (kind == Activation::swish) {
        const Vector<Isa> s = sigmoid<Isa>(x);
        return diff * (s + x * s * (1.0F - s));
    }
    if constexpr (kind == Activation::sigmoid) {
        const Vector<Isa> s = sigmoid<Isa>(x);
        return diff * s * (1.0F - s);
    }
    if constexpr (kind == Activation::gelu) {
        Vector<Isa> density;
        const Vector<Isa> distribution = normal_distribution<Isa>(x, density);
        return diff * (distribution + x * density);
    }
    if constexpr (kind == Activation::tanh) {
        const Vector<Isa> t = tanh<Isa>(x);
        return diff * (1.0F - t * t);
    }
    if constexpr (kind == Activation::leaky_relu) return x <= 0.0F ? diff * 0.01F : Isa::loaded(diff);
    if constexpr (kind == Activation::relu6)
        return x <= 0.0F ? Vector<Isa>{} : (x >= 6.0F ? Vector<Isa>{} : Isa::loaded(diff));
    return diff;
}

template <class Isa, Activation kind>
void activate_range(const float* src, float* dst, std::int64_t n) {
    for_vectors<Isa>(n,
                     [=](std::int64_t i, auto part) { part.store(dst + i, activate<Isa, kind>(part.load(src + i))); });
}
template <class Isa>
void activation_forward(Activation kind, const float* src, float* dst, std::int64_t n) {
    switch (kind) {
        case Activation::none:
            return activate_range<Isa, Activation::none>(src, dst, n);
        case Activation::relu:
            return activate_range<Isa, Activation::relu>(src, dst, n);
        case Activation::swish:
            return activate_range<Isa, Activation::swish>(src, dst, n);
        case Activation::sigmoid:
            return activate_range<Isa, Activation::sigmoid>(src, dst, n);
        case Activation::gelu:
            return activate_range<Isa, Activation::gelu>(src, dst, n);
        case Activation::tanh:
            return activate_range<Isa, Activation::tanh>(src, dst, n);
        case Activation::leaky_relu:
            return activate_range<Isa, Activation::leaky_relu>(src, dst, n);
        case Activation::relu6:
            return activate_range<Isa, Activation::relu6>(src, dst, n);
    }
}

template <class Isa, Activation kind>
void differentiate_range(const float* src, const float* diff_dst, float* diff_src, std::int64_t n) {
    for_vectors<Isa>(n, [=](std::int64_t i, auto part) {
        part.store(diff_src + i, differentiate<Isa, kind>(part.load(diff_dst + i), part.load(src + i)));
    });
}
template <class Isa>
void activation_backward(Activation kind, const float* src, const float* diff_dst, float* diff_src, std::int64_t n) {
    switch (kind) {
        case Activation::none:
            return activate_range<Isa, Activation::none>(diff_dst, diff_src, n);
        case Activation::relu:
            return differentiate_range<Isa, Activation::relu>(src, diff_dst, diff_src, n);
        case Activation::swish:
            return differentiate_range<Isa, Activation::swish>(src, diff_dst, diff_src, n);
        case Activation::sigmoid:
            return differentiate_range<Isa, Activation::sigmoid>(src, diff_dst, diff_src, n);
        case Activation::gelu:
            return differentiate_range<Isa, Activation::gelu>(src, diff_dst, diff_src, n);
        case Activation::tanh:
            return differentiate_range<Isa, Activation::tanh>(src, diff_dst, diff_src, n);
        case Activation::leaky_relu:
            return differentiate_range<Isa, Activation::leaky_relu>(src, diff_dst, diff_src, n);
        case Activation::relu6:
            return differentiate_range<Isa, Activation::relu6>(src, diff_dst, diff_src, n);
    }
}

template <class Isa>
void add(const float* a, const float* b, float* dst, std::int64_t n) {
    for_vectors<Isa>(n, [=](std::int64_t i, auto part) { part.store(dst + i, part.load(a + i) + part.load(b + i)); });
}

template <class Isa>
void scale(float factor, const float* src, const float* residual, float* dst, std::int64_t n) {
    if (residual == nullptr)
        for_vectors<Isa>(n, [=](std::int64_t i, auto part) { part.store(dst + i, part.load(src + i) * factor); });
    else
        for_vectors<Isa>(n, [=](std::int64_t i, auto part) {
            part.store(dst + i, part.load(src + i) * factor + part.load(residual + i));
        });
}

/// Philox2x32-7 (Salmon et al., SC 2011): two draws per 64-bit lane, the low one first, for the counter (pair, high).
template <class Isa>
[[gnu::always_inline]] inline typename Isa::Words philox(typename Isa::Words pair, typename Isa::Words high,
                                                         std::uint32_t key) {
    using Words = typename Isa::Words;
    constexpr Words low_half = Words{} + 0xffffffffULL;
    Words left = pair, right = high;
#pragma GCC unroll 7
    for (int round = 0; round < 7; ++round) {
        const Words product = Isa::multiply_low(left, Words{} + 0xd256d193ULL);
        left = (product >> 32) ^ right ^ (Words{} + key);
        right = product & low_half;
        key += 0x9e3779b9U;
    }
    return (left & low_half) | (right << 32);
}

template <class Isa>
void dropout(const DropoutRange& range, const float* src, float* dst) {
    using V = Vector<Isa>;
    using Integers = typename Isa::Integers;
    using Words = typename Isa::Words;
    constexpr int pairs = Isa::lanes / 2;
    Words step{};
    for (int i = 0; i < pairs; ++i) step[i] = static_cast<unsigned long long>(i);
    const auto first = static_cast<unsigned long long>(range.begin) / 2;
    const Integers sign = Integers{} + static_cast<int>(0x80000000U);  // compares unsigned numbers as signed ones
    const Integers threshold = Integers{} + static_cast<int>(range.threshold ^ 0x80000000U);
    for_vectors<Isa>(range.count, [&](std::int64_t i, auto part) {
        const Words pair = step + (first + static_cast<unsigned long long>(i) / 2);
        const Words draws = philox<Isa>(pair, (pair >> 32) ^ range.key_high, range.key_low);
        const Integers dropped = (reinterpret_cast<Integers>(draws) ^ sign) < threshold;
        part.store(dst + i, dropped ? V{} : part.load(src + i) * range.factor);
    });
}

}  // namespace hpnas::kernel::simd
