#pragma once
#include "depthwise_loops.hpp"

/// Templates behind DepthwiseLoops. `Isa` gives the vector type, its loads and stores (whole, or the first n lanes) and
/// the number of registers. Tiles are T output columns by one vector of channels: a source vector is loaded once per
/// row and multiplied into all the columns that read it. Edge tiles skip what lies outside of the image, Tail tiles
/// have fewer channels than lanes.
namespace hpnas::kernel::depthwise {

template <class Isa>
using Vector = typename Isa::Vector;

template <class Isa, bool Tail>
[[gnu::always_inline]] inline Vector<Isa> load(const float* p, int lanes) {
    if constexpr (Tail) return Isa::load_part(p, lanes);
    return Isa::load(p);
}

template <class Isa, bool Tail>
[[gnu::always_inline]] inline void store(float* p, Vector<Isa> v, int lanes) {
    if constexpr (Tail)
        Isa::store_part(p, v, lanes);
    else
        Isa::store(p, v);
}

/// x / (1 + e^-x); e^-x as in simd.hpp (2 ulp): a power of two times a polynomial.
template <class Isa>
[[gnu::always_inline]] inline Vector<Isa> swish(Vector<Isa> x) {
    using V = Vector<Isa>;
    typedef int Integers __attribute__((vector_size(sizeof(V))));
    V y = -x;
    y = y < -87.0F ? V{} - 87.0F : y;
    y = y > 88.0F ? V{} + 88.0F : y;
    const V shifted = y * 1.44269504F + 12582912.0F;  // 1.5 * 2^23: the sum's low mantissa bits are the power
    const V n = shifted - 12582912.0F;
    const V r = (y - n * 0.693145752F) - n * 1.42860677e-6F;
    V p = r * 1.3888889e-3F + 8.3333333e-3F;
    p = p * r + 4.1666667e-2F;
    p = p * r + 1.6666667e-1F;
    p = p * r + 0.5F;
    p = p * r + 1.0F;
    p = p * r + 1.0F;
    const Integers power = ((Integers)shifted - 0x4B400000 + 127) << 23;
    return x / (p * (V)power + 1.0F);
}

/// The taps of one axis that hit the image, for the output whose tap 0 reads input `first`: [begin, end).
struct TapRange {
    std::int64_t begin, end;
};
[[gnu::always_inline]] inline TapRange taps_inside(const DepthwiseAxis& axis, std::int64_t first) {
    const std::int64_t begin = first >= 0 ? 0 : (axis.dilation - 1 - first) / axis.dilation;
    const std::int64_t room = axis.in - 1 - first;
    const std::int64_t end = room < 0 ? 0 : room / axis.dilation + 1;
    return {begin, end < axis.taps ? end : axis.taps};
}

/// Widths that waste nothing with tiles of seven columns, but would with eight.
constexpr bool is_multiple_of_seven(std::int64_t width) { return width % 7 == 0 && width % 8 != 0; }

/// Where a tile lies.
struct Tile {
    std::int64_t y, x, c;
    int lanes;
    TapRange rows;
    const float* src;  // source row of tap row 0 (which need not exist), first channel
};

template <class Isa, int T, bool Edge, bool Tail>
[[gnu::always_inline]] inline void finish(const DepthwisePass& p, const DepthwiseBlock& b, const Tile& t,
                                          Vector<Isa> (&sums)[T]) {
    const std::int64_t offset = p.dst_offset + t.y * p.dst_row + t.x * p.dst_pixel + t.c;
    const int columns = Edge && p.columns.out - t.x < T ? static_cast<int>(p.columns.out - t.x) : T;
    if (b.residual != nullptr) {
#pragma GCC unroll 16
        for (int i = 0; i < T; ++i)
            if (!Edge || i < columns) sums[i] += load<Isa, Tail>(b.residual + offset + i * p.dst_pixel, t.lanes);
    }
    if (p.activation == Activation::relu) {
#pragma GCC unroll 16
        for (int i = 0; i < T; ++i) sums[i] = sums[i] < 0.0F ? Vector<Isa>{} : sums[i];
    } else if (p.activation == Activation::swish) {
#pragma GCC unroll 16
        for (int i = 0; i < T; ++i) sums[i] = swish<Isa>(sums[i]);
    }
#pragma GCC unroll 16
    for (int i = 0; i < T; ++i)
        if (!Edge || i < columns) store<Isa, Tail>(b.dst + offset + i * p.dst_pixel, sums[i], t.lanes);
}

/// Asks for what the tile N output rows below reads beyond this one. The many short strides defeat the hardware's
/// prefetching.
template <int N, int Columns>
[[gnu::always_inline]] inline void prefetch_below(const DepthwisePass& p, const Tile& t) {
    const std::int64_t last = (p.rows.taps - 1) * p.rows.dilation + (N - 1) * p.rows.stride;
    const float* src = t.src + (last + 1) * p.src_row + t.x * p.columns.stride * p.src_pixel;
    for (std::int64_t r = 0; r < N * p.rows.stride; ++r, src += p.src_row)
#pragma GCC unroll 16
        for (int i = 0; i < Columns; ++i) __builtin_prefetch(src + i * p.src_pixel);
}

/// Dilation 1, number of taps per row and stride known.
template <class Isa, int Taps, int Stride, int T, bool Edge, bool Tail>
[[gnu::always_inline]] inline void run_tile(const DepthwisePass& p, const DepthwiseBlock& b, const Tile& t) {
    using V = Vector<Isa>;
    V sums[T];
    const V start = b.bias != nullptr ? Isa::load(b.bias + t.c) : V{};
#pragma GCC unroll 16
    for (int i = 0; i < T; ++i) sums[i] = start;
    if (p.prefetch) prefetch_below<1, T * Stride>(p, t);
    const std::int64_t left = t.x * Stride - p.columns.pad;
    for (std::int64_t r = t.rows.begin; r < t.rows.end; ++r) {
        const float* src = t.src + r * p.rows.dilation * p.src_row + left * p.src_pixel;
        const float* weights = b.weights + p.weight_offset + r * Taps * p.weight_step + t.c;
        V taps[Taps];
#pragma GCC unroll 16
        for (int k = 0; k < Taps; ++k) taps[k] = Isa::load(weights + k * p.weight_step);
#pragma GCC unroll 32
        for (int x = 0; x < (T - 1) * Stride + Taps; ++x) {
            if (Edge && static_cast<std::uint64_t>(left + x) >= static_cast<std::uint64_t>(p.columns.in)) continue;
            V value = load<Isa, Tail>(src + x * p.src_pixel, t.lanes);
            Isa::keep(value);
#pragma GCC unroll 16
            for (int i = 0; i < T; ++i) {
                const int k = x - i * Stride;
                if (k >= 0 && k < Taps) sums[i] += value * taps[k];
            }
        }
    }
    finish<Isa, T, Edge, Tail>(p, b, t, sums);
}

/// Any number of taps, stride and dilation.
template <class Isa, int T, bool Edge, bool Tail>
[[gnu::always_inline]] inline void run_any_tile(const DepthwisePass& p, const DepthwiseBlock& b, const Tile& t) {
    using V = Vector<Isa>;
    V sums[T];
    const V start = b.bias != nullptr ? Isa::load(b.bias + t.c) : V{};
#pragma GCC unroll 16
    for (int i = 0; i < T; ++i) sums[i] = start;
    const std::int64_t step = p.columns.stride * p.src_pixel;
    for (std::int64_t r = t.rows.begin; r < t.rows.end; ++r)
        for (std::int64_t k = 0; k < p.columns.taps; ++k) {
            const std::int64_t left = t.x * p.columns.stride - p.columns.pad + k * p.columns.dilation;
            const float* src = t.src + r * p.rows.dilation * p.src_row + left * p.src_pixel;
            const V tap = Isa::load(b.weights + p.weight_offset + (r * p.columns.taps + k) * p.weight_step + t.c);
#pragma GCC unroll 16
            for (int i = 0; i < T; ++i) {
                const auto column = static_cast<std::uint64_t>(left + i * p.columns.stride);
                if (!Edge || column < static_cast<std::uint64_t>(p.columns.in))
                    sums[i] += load<Isa, Tail>(src + i * step, t.lanes) * tap;
            }
        }
    finish<Isa, T, Edge, Tail>(p, b, t, sums);
}

/// Whether row or column `i` of the source exists.
[[gnu::always_inline]] inline bool exists(std::int64_t i, const DepthwiseAxis& axis) {
    return static_cast<std::uint64_t>(i) < static_cast<std::uint64_t>(axis.in);
}

/// Stride 1, 3x3 taps, which all stay in registers, and two output rows, which share source rows.
template <class Isa, int T, bool Edge, bool Tail>
[[gnu::always_inline]] inline void run_pair(const DepthwisePass& p, const DepthwiseBlock& b, const Tile& t) {
    using V = Vector<Isa>;
    V upper[T], lower[T], taps[3][3];
    const V start = b.bias != nullptr ? Isa::load(b.bias + t.c) : V{};
#pragma GCC unroll 16
    for (int i = 0; i < T; ++i) upper[i] = lower[i] = start;
    const float* weights = b.weights + p.weight_offset + t.c;
#pragma GCC unroll 16
    for (int k = 0; k < 9; ++k) taps[k / 3][k % 3] = Isa::load(weights + k * p.weight_step);
    if (p.prefetch) prefetch_below<2, T>(p, t);
    const std::int64_t left = t.x - p.columns.pad, top = t.y - p.rows.pad;
#pragma GCC unroll 4
    for (int r = 0; r < 4; ++r) {
        if (!exists(top + r, p.rows)) continue;
        const float* src = t.src + r * p.src_row + left * p.src_pixel;
#pragma GCC unroll 32
        for (int x = 0; x < T + 2; ++x) {
            if (Edge && !exists(left + x, p.columns)) continue;
            V value = load<Isa, Tail>(src + x * p.src_pixel, t.lanes);
            Isa::keep(value);
#pragma GCC unroll 16
            for (int i = 0; i < T; ++i) {
                const int k = x - i;
                if (k < 0 || k > 2) continue;
                if (r < 3) upper[i] += value * taps[r][k];
                if (r > 0) lower[i] += value * taps[r - 1][k];
            }
        }
    }
    finish<Isa, T, Edge, Tail>(p, b, t, upper);
    Tile below = t;
    ++below.y;
    finish<Isa, T, Edge, Tail>(p, b, below, lower);
}

}  // namespace hpnas::kernel::depthwise
