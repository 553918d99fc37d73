#pragma once
#include "loops.hpp"
#include "simd.hpp"

/// Softmax and layer normalisation: loops over one row at a time, which stays in the cache.
namespace hpnas::kernel::simd {

/// v in the lanes that an access has, `other` in the rest.
template <class Isa>
[[gnu::always_inline]] inline Vector<Isa> only(Whole<Isa>, Vector<Isa> v, float) {
    return v;
}
template <class Isa>
[[gnu::always_inline]] inline Vector<Isa> only(Part<Isa> part, Vector<Isa> v, float other) {
    using Integers = typename Isa::Integers;
    Integers lane{};
    for (int i = 0; i < Isa::lanes; ++i) lane[i] = i;
    return lane < part.lanes ? v : broadcast<Isa>(other);
}

template <class Isa>
[[gnu::always_inline]] inline float largest(Vector<Isa> v) {
#pragma GCC unroll 4
    for (int s = Isa::lanes / 2; s > 0; s /= 2) {
        typename Isa::Integers other{};
#pragma GCC unroll 16
        for (int i = 0; i < Isa::lanes; ++i) other[i] = i ^ s;
        const Vector<Isa> w = __builtin_shuffle(v, other);
        v = Isa::larger(w, v);
    }
    return v[0];
}

constexpr float lowest = -3.4e38F;

template <class Isa, bool masked>
[[gnu::always_inline]] inline void softmax_row(const Softmax& s) {
    using V = Vector<Isa>;
    V most = broadcast<Isa>(lowest);
    const auto logit = [&](std::int64_t i, auto part) __attribute__((always_inline)) {
        V x = only<Isa>(part, part.load(s.row + i), lowest);
        if constexpr (masked) x = part.load(s.keep + i) > 0.5F ? x : broadcast<Isa>(lowest);
        return x;
    };
    for_vectors<Isa>(
        s.keys, [&](std::int64_t i, auto part) __attribute__((always_inline)) {
            const V x = logit(i, part);
            most = Isa::larger(x, most);
        });
    const float top = largest<Isa>(most);
    V sums{};
    for_vectors<Isa>(
        s.keys, [&](std::int64_t i, auto part) __attribute__((always_inline)) {
            V e = only<Isa>(part, exp<Isa>((part.load(s.row + i) - top) * s.scale), 0.0F);
            if constexpr (masked) e = part.load(s.keep + i) > 0.5F ? e : V{};
            sums += e;
            part.store(s.row + i, e);
        });
    const float sum = Isa::sum(sums);
    const float factor = sum == 0.0F ? 0.0F : 1.0F / sum;
    for_vectors<Isa>(
        s.keys, [&](std::int64_t i, auto part)
                    __attribute__((always_inline)) { part.store(s.row + i, part.load(s.row + i) * factor); });
    for (std::int64_t i = s.keys; i < s.width; ++i) s.row[i] = 0.0F;
}
template <class Isa>
void softmax(const Softmax& s) {
    if (s.keep == nullptr)
        softmax_row<Isa, false>(s);
    else
        softmax_row<Isa, true>(s);
}

template <class Isa>
void softmax_backward(const float* probabilities, float* diff, float scale, std::int64_t keys) {
    Vector<Isa> sums{};
    for_vectors<Isa>(
        keys, [&](std::int64_t i, auto part)
                  __attribute__((always_inline)) { sums += part.load(probabilities + i) * part.load(diff + i); });
    const float mean = Isa::sum(sums);
    for_vectors<Isa>(
        keys, [&](std::int64_t i, auto part) __attribute__((always_inline)) {
            part.store(diff + i, part.load(probabilities + i) * (part.load(diff + i) - mean) * scale);
        });
}

/// Row of a table that a distance belongs to.
[[gnu::always_inline]] inline std::int64_t table_row(std::int64_t distance, std::int64_t most) {
    return (distance < -most ? -most : distance > most ? most : distance) + most + 1;
}

template <class Isa>
void add_positions(const PositionRow& p) {
    const float* horizontal = p.ends + 2 * p.most + 2;
    const float corner = p.ends[0] + horizontal[0];
    if (p.query == 0) {
        for (std::int64_t j = 0; j <= p.tokens; ++j) p.row[j] += corner;
        return;
    }
    const std::int64_t row = (p.query - 1) / p.side, column = (p.query - 1) % p.side;
    float across[widest_grid + widest_vector];
    for (std::int64_t c = 0; c < p.side; ++c) across[c] = horizontal[table_row(c - column, p.most)];
    p.row[0] += corner;
    for (std::int64_t r = 0; r * p.side < p.tokens; ++r) {
        const float down = p.ends[table_row(r - row, p.most)];
        const std::int64_t left = p.tokens - r * p.side;
        float* keys = p.row + 1 + r * p.side;
        for_vectors<Isa>(left < p.side ? left : p.side, [&](std::int64_t c, auto part) {
            part.store(keys + c, part.load(keys + c) + (part.load(across + c) + down));
        });
    }
}

template <class Isa>
void sum_positions(const PositionRow& p) {
    float* horizontal = p.ends + 2 * p.most + 2;
    for (std::int64_t i = 0; i < 4 * p.most + 4; ++i) p.ends[i] = 0.0F;
    if (p.query == 0) {
        Vector<Isa> sums{};
        for_vectors<Isa>(p.tokens + 1, [&](std::int64_t i, auto part) { sums += part.load(p.row + i); });
        p.ends[0] = horizontal[0] = Isa::sum(sums);
        return;
    }
    const std::int64_t row = (p.query - 1) / p.side, column = (p.query - 1) % p.side;
    float across[widest_grid + widest_vector];
    for (std::int64_t c = 0; c < p.side; ++c) across[c] = 0.0F;
    for (std::int64_t r = 0; r * p.side < p.tokens; ++r) {
        Vector<Isa> sums{};
        const std::int64_t left = p.tokens - r * p.side;
        const float* keys = p.row + 1 + r * p.side;
        for_vectors<Isa>(left < p.side ? left : p.side, [&](std::int64_t c, auto part) {
            const Vector<Isa> x = part.load(keys + c);
            sums += x;
            part.store(across + c, part.load(across + c) + x);
        });
        p.ends[table_row(r - row, p.most)] += Isa::sum(sums);
    }
    for (std::int64_t c = 0; c < p.side; ++c) horizontal[table_row(c - column, p.most)] += across[c];
    p.ends[0] = horizontal[0] = p.row[0];
}

template <class Isa>
void layer_norm_forward(const LayerNormShape& shape, const LayerNormForward& args) {
    using V = Vector<Isa>;
    const auto width = static_cast<float>(shape.width);
    for (std::int64_t r = 0; r < shape.rows; ++r) {
        const float* src = args.src + r * shape.width;
        float* dst = args.dst + r * shape.width;
        V sums{}, squares{};
        for_vectors<Isa>(
            shape.width, [&](std::int64_t i, auto part) __attribute__((always_inline)) { sums += part.load(src + i); });
        const float mean = Isa::sum(sums) / width;
        for_vectors<Isa>(
            shape.width, [&](std::int64_t i, auto part) __attribute__((always_inline)) {
                const V x = only<Isa>(part, part.load(src + i) - mean, 0.0F);
                squares += x * x;
            });
        const float inv_std = 1.0F / __builtin_sqrtf(Isa::sum(squares) / width + shape.epsilon);
        for_vectors<Isa>(
            shape.width, [&](std::int64_t i, auto part) __attribute__((always_inline)) {
                const V x = (part.load(src + i) - mean) * inv_std;
                part.store(dst + i, x * part.load(args.gamma + i) + part.load(args.beta + i));
            });
        if (args.statistics == nullptr) continue;
        args.statistics[2 * r] = mean;
        args.statistics[2 * r + 1] = inv_std;
    }
}

template <class Isa>
void layer_norm_backward(const LayerNormShape& shape, const LayerNormBackward& args) {
    using V = Vector<Isa>;
    const auto width = static_cast<float>(shape.width);
    for (std::int64_t r = 0; r < shape.rows; ++r) {
        const float* src = args.src + r * shape.width;
        const float* diff_dst = args.diff_dst + r * shape.width;
        float* diff_src = args.diff_src + r * shape.width;
        const float mean = args.statistics[2 * r], inv_std = args.statistics[2 * r + 1];
        V sums{}, products{};
        for_vectors<Isa>(
            shape.width, [&](std::int64_t i, auto part) __attribute__((always_inline)) {
                const V x = (part.load(src + i) - mean) * inv_std, d = part.load(diff_dst + i);
                part.store(args.diff_gamma + i, part.load(args.diff_gamma + i) + d * x);
                part.store(args.diff_beta + i, part.load(args.diff_beta + i) + d);
                const V g = d * part.load(args.gamma + i);
                sums += g;
                products += g * x;
            });
        const float offset = Isa::sum(sums) / width, slope = Isa::sum(products) / width;
        for_vectors<Isa>(
            shape.width, [&](std::int64_t i, auto part) __attribute__((always_inline)) {
                const V x = (part.load(src + i) - mean) * inv_std;
                const V g = part.load(diff_dst + i) * part.load(args.gamma + i);
                part.store(diff_src + i, inv_std * (g - offset - x * slope));
            });
    }
}

}  // namespace hpnas::kernel::simd
