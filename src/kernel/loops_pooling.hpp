#pragma once
#include "loops_normalise.hpp"

/// Pooling windows, vectorised over channels.
namespace hpnas::kernel::simd {

/// Taps of a window that lie inside the image, along one axis: [begin, end), tap 0 reads `first`.
struct Taps {
    std::int64_t first, begin, end;
    [[gnu::always_inline]] static Taps inside(std::int64_t first, std::int64_t dilation, std::int64_t size, std::int64_t taps) {
        const std::int64_t begin = first >= 0 ? 0 : (dilation - 1 - first) / dilation;
        const std::int64_t end = first >= size ? 0 : (size - 1 - first) / dilation + 1;
        return {first, begin, end < taps ? end : taps};
    }
    [[gnu::always_inline]] std::int64_t count() const { return end > begin ? end - begin : 0; }
};

/// What one output reads.
struct PoolingPatch {
    Taps rows, columns;
    std::int64_t y_step, x_step, y_first, x_first;  // floats
    float weight;                                   // in an average

    [[gnu::always_inline]] static PoolingPatch at(const PoolingShape& s, std::int64_t y, std::int64_t x) {
        const Window& w = s.window;
        PoolingPatch p;
        p.rows = Taps::inside(y * w.stride_h - w.pad_top, w.dilation_h, s.h, w.kh);
        p.columns = Taps::inside(x * w.stride_w - w.pad_left, w.dilation_w, s.w, w.kw);
        p.y_step = w.dilation_h * s.w * s.c;
        p.x_step = w.dilation_w * s.c;
        p.y_first = p.rows.first * s.w * s.c;
        p.x_first = p.columns.first * s.c;
        const std::int64_t inside = p.rows.count() * p.columns.count();
        const std::int64_t counted = s.kind == PoolingKind::average ? (inside > 0 ? inside : 1) : w.kh * w.kw;
        p.weight = 1.0F / static_cast<float>(counted);
        return p;
    }
    /// Calls f(offset of the position) for each position, top left first.
    template <class F>
    [[gnu::always_inline]] void for_positions(F f) const {
        for (std::int64_t i = rows.begin; i < rows.end; ++i)
            for (std::int64_t j = columns.begin; j < columns.end; ++j) f(y_first + i * y_step + x_first + j * x_step);
    }
};

/// Whether x takes the place of the largest value so far; NaN does, and stays.
template <class Isa>
[[gnu::always_inline]] inline typename Isa::Integers beats(Vector<Isa> x, Vector<Isa> best) {
    return (x > best) | ((x != x) & (best == best));
}

template <class Isa, bool maximum>
struct PoolForward {
    PoolingPatch patch;
    const float* src;
    float* dst;

    template <int V, class Access>
    [[gnu::always_inline]] void run(std::int64_t c, Access part) const {
        Vector<Isa> best[V];
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) best[v] = broadcast<Isa>(maximum ? -__builtin_inff() : 0.0F);
        patch.for_positions([&](std::int64_t at) __attribute__((always_inline)) {
#pragma GCC unroll 4
            for (int v = 0; v < V; ++v) {
                const Vector<Isa> x = part.load(src + at + c + v * Isa::lanes);
                if constexpr (maximum)
                    best[v] = (best[v] >= x) | (best[v] != best[v]) ? best[v] : x;  // NaN wins
                else
                    best[v] += x;
            }
        });
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) part.store(dst + c + v * Isa::lanes, maximum ? best[v] : best[v] * patch.weight);
    }
};

template <class Isa>
void pool_forward(const PoolingPart& p) {
    const PoolingShape& s = *p.shape;
    const std::int64_t width = p.channel_end - p.channel_begin;
    for (std::int64_t y = p.row_begin; y < p.row_end; ++y)
        for (std::int64_t x = 0; x < p.out_w; ++x) {
            const PoolingPatch patch = PoolingPatch::at(s, y, x);
            const float* src = p.src + p.channel_begin;
            float* dst = p.dst + (y * p.out_w + x) * s.c + p.channel_begin;
            if (s.kind == PoolingKind::maximum)
                for_columns<Isa, 4>(width, PoolForward<Isa, true>{patch, src, dst});
            else
                for_columns<Isa, 4>(width, PoolForward<Isa, false>{patch, src, dst});
        }
}

/// Gives the gradient of one output to the first of the largest inputs.
template <class Isa>
struct PoolBackwardMaximum {
    PoolingPatch patch;
    const float *src, *diff_dst;
    float* diff_src;

    template <int V, class Access>
    [[gnu::always_inline]] void run(std::int64_t c, Access part) const {
        using Integers = typename Isa::Integers;
        Vector<Isa> best = broadcast<Isa>(-__builtin_inff());
        Integers winner{};
        int tap = 0;
        patch.for_positions([&](std::int64_t at) __attribute__((always_inline)) {
            const Vector<Isa> x = part.load(src + at + c);
            const Integers better = beats<Isa>(x, best);
            best = better ? x : best;
            winner = better ? Integers{} + tap : winner;
            ++tap;
        });
        const Vector<Isa> diff = part.load(diff_dst + c);
        tap = 0;
        patch.for_positions([&](std::int64_t at) __attribute__((always_inline)) {
            float* to = diff_src + at + c;
            part.store(to, part.load(to) + (winner == tap ? diff : Vector<Isa>{}));
            ++tap;
        });
    }
};

template <class Isa>
struct PoolBackwardAverage {
    PoolingPatch patch;
    const float* diff_dst;
    float* diff_src;

    template <int V, class Access>
    [[gnu::always_inline]] void run(std::int64_t c, Access part) const {
        const Vector<Isa> diff = part.load(diff_dst + c) * patch.weight;
        patch.for_positions([&](std::int64_t at) __attribute__((always_inline)) {
            part.store(diff_src + at + c, part.load(diff_src + at + c) + diff);
        });
    }
};

template <class Isa>
void pool_backward(const PoolingPart& p) {
    const PoolingShape& s = *p.shape;
    const std::int64_t width = p.channel_end - p.channel_begin;
    float* diff_src = p.diff_src + p.channel_begin;
    for (std::int64_t i = 0; i < s.h * s.w; ++i)
        for_vectors<Isa>(width, [=, &s](std::int64_t c, auto part) { part.store(diff_src + i * s.c + c, Vector<Isa>{}); });
    for (std::int64_t y = 0; y < p.out_h; ++y)
        for (std::int64_t x = 0; x < p.out_w; ++x) {
            const PoolingPatch patch = PoolingPatch::at(s, y, x);
            const float* diff_dst = p.diff_dst + (y * p.out_w + x) * s.c + p.channel_begin;
            if (s.kind == PoolingKind::maximum)
                for_columns<Isa, 1>(width, PoolBackwardMaximum<Isa>{patch, p.src + p.channel_begin, diff_dst, diff_src});
            else
                for_columns<Isa, 1>(width, PoolBackwardAverage<Isa>{patch, diff_dst, diff_src});
        }
}

}  // namespace hpnas::kernel::simd
