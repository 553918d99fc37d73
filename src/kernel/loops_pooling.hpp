#pragma once
#include "loops_normalise.hpp"

/// Pooling windows, vectorised over channels.
namespace hpnas::kernel::simd {

/// Taps of a window that lie inside the image, along one axis: [begin, end), tap 0 reads `first`.
struct Taps {
    std::int64_t first, begin, end;
    [[gnu::always_inline]] static Taps inside(std::int64_t first, std::int64_t dilation, std::int64_t size,
                                              std::int64_t taps) {
        const std::int64_t begin = first >= 0 ? 0 : divide(dilation - 1 - first, dilation);
        const std::int64_t end = first >= size ? 0 : divide(size - 1 - first, dilation) + 1;
        return {first, begin, end < taps ? end : taps};
    }
    /// Divisions take longer than a window of one vector.
    [[gnu::always_inline]] static std::int64_t divide(std::int64_t a, std::int64_t b) { return b == 1 ? a : a / b; }
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

template <class Isa>
[[gnu::always_inline]] inline Vector<Isa> larger(Vector<Isa> x, Vector<Isa> best) {
    return x > best ? x : best;
}

/// Maximum of the window; NaN if one is inside.
template <class Isa>
struct PoolMaximum {
    PoolingPatch patch;
    const float* src;
    float* dst;

    template <int V, class Access>
    [[gnu::always_inline]] void run(std::int64_t c, Access part) const {
        Vector<Isa> best[V], nan[V];
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) best[v] = nan[v] = broadcast<Isa>(-__builtin_inff());
        patch.for_positions([&](std::int64_t at) __attribute__((always_inline)) {
#pragma GCC unroll 4
            for (int v = 0; v < V; ++v) {
                const Vector<Isa> x = Isa::loaded(part.load(src + at + c + v * Isa::lanes));
                best[v] = larger<Isa>(x, best[v]);
                nan[v] = x == x ? nan[v] : x;
            }
        });
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) part.store(dst + c + v * Isa::lanes, nan[v] == nan[v] ? best[v] : nan[v]);
    }
};

template <class Isa>
struct PoolAverage {
    PoolingPatch patch;
    const float* src;
    float* dst;

    template <int V, class Access>
    [[gnu::always_inline]] void run(std::int64_t c, Access part) const {
        Vector<Isa> sums[V]{};
        patch.for_positions([&](std::int64_t at) __attribute__((always_inline)) {
#pragma GCC unroll 4
            for (int v = 0; v < V; ++v) sums[v] += part.load(src + at + c + v * Isa::lanes);
        });
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) part.store(dst + c + v * Isa::lanes, sums[v] * patch.weight);
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
                for_columns<Isa, 4>(width, PoolMaximum<Isa>{patch, src, dst});
            else
                for_columns<Isa, 4>(width, PoolAverage<Isa>{patch, src, dst});
        }
}

/// Gives the gradient of one output to the first of the largest inputs, or to the first NaN.
template <class Isa>
struct PoolBackwardMaximum {
    PoolingPatch patch;
    const float *src, *diff_dst;
    float* diff_src;

    template <int V, class Access>
    [[gnu::always_inline]] void run(std::int64_t c, Access part) const {
        using Integers = typename Isa::Integers;
        Vector<Isa> best[V], diff[V];
        Integers winner[V];
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) {
            best[v] = broadcast<Isa>(-__builtin_inff());
            winner[v] = Integers{};
            diff[v] = part.load(diff_dst + c + v * Isa::lanes);
        }
        int tap = 0;
        patch.for_positions([&](std::int64_t at) __attribute__((always_inline)) {
#pragma GCC unroll 4
            for (int v = 0; v < V; ++v) {
                const Vector<Isa> x = Isa::loaded(part.load(src + at + c + v * Isa::lanes));
                const Integers stays = (x <= best[v]) | (best[v] != best[v]);
                best[v] = stays ? best[v] : x;
                winner[v] = stays ? winner[v] : Integers{} + tap;
            }
            ++tap;
        });
        tap = 0;
        patch.for_positions([&](std::int64_t at) __attribute__((always_inline)) {
#pragma GCC unroll 4
            for (int v = 0; v < V; ++v) {
                float* to = diff_src + at + c + v * Isa::lanes;
                part.store(to, Isa::loaded(part.load(to)) + (winner[v] == tap ? diff[v] : Vector<Isa>{}));
            }
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
        Vector<Isa> diff[V];
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) diff[v] = part.load(diff_dst + c + v * Isa::lanes) * patch.weight;
        patch.for_positions([&](std::int64_t at) __attribute__((always_inline)) {
#pragma GCC unroll 4
            for (int v = 0; v < V; ++v) {
                float* to = diff_src + at + c + v * Isa::lanes;
                part.store(to, part.load(to) + diff[v]);
            }
        });
    }
};

template <class Isa>
void pool_backward(const PoolingPart& p) {
    const PoolingShape& s = *p.shape;
    const std::int64_t width = p.channel_end - p.channel_begin;
    float* diff_src = p.diff_src + p.channel_begin;
    for (std::int64_t i = 0; i < s.h * s.w; ++i)
        for_vectors<Isa>(width,
                         [=, &s](std::int64_t c, auto part) { part.store(diff_src + i * s.c + c, Vector<Isa>{}); });
    for (std::int64_t y = 0; y < p.out_h; ++y)
        for (std::int64_t x = 0; x < p.out_w; ++x) {
            const PoolingPatch patch = PoolingPatch::at(s, y, x);
            const float* diff_dst = p.diff_dst + (y * p.out_w + x) * s.c + p.channel_begin;
            if (s.kind == PoolingKind::maximum)
                for_columns<Isa, 4>(width,
                                    PoolBackwardMaximum<Isa>{patch, p.src + p.channel_begin, diff_dst, diff_src});
            else
                for_columns<Isa, 4>(width, PoolBackwardAverage<Isa>{patch, diff_dst, diff_src});
        }
}

}  // namespace hpnas::kernel::simd
