#pragma once
#include "depthwise_tiles.hpp"

/// Gradient of depthwise weights. The sums of R kernel rows stay in registers while the image passes by, T gradients of
/// the output at a time.
namespace hpnas::kernel::depthwise {

/// Rows of one image, channels [c, c + lanes).
struct Strip {
    std::int64_t c;
    int lanes;
};

template <class Isa, int Taps, int Stride, int R, int T, bool Edge, bool Tail>
[[gnu::always_inline]] inline void add_tile(const DepthwisePass& p, const DepthwiseGradientBlock& b, const Strip& strip,
                                            const std::int64_t (&at)[3], Vector<Isa> (&sums)[R][Taps]) {
    using V = Vector<Isa>;
    const auto& [y, x0, first_row] = at;
    const std::int64_t left = x0 * Stride - p.columns.pad,
                       top = y * p.rows.stride - p.rows.pad + first_row * p.rows.dilation;
    const float* diff = b.diff_dst + y * p.dst_row + x0 * p.dst_pixel + strip.c;
    V diffs[T];
#pragma GCC unroll 16
    for (int i = 0; i < T; ++i)
        diffs[i] = Edge && x0 + i >= p.columns.out ? V{} : load<Isa, Tail>(diff + i * p.dst_pixel, strip.lanes);
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) {
        const std::int64_t row = top + r * p.rows.dilation;
        if (static_cast<std::uint64_t>(row) >= static_cast<std::uint64_t>(p.rows.in)) continue;
        const float* src = b.src + row * p.src_row + left * p.src_pixel + strip.c;
#pragma GCC unroll 32
        for (int x = 0; x < (T - 1) * Stride + Taps; ++x) {
            if (Edge && static_cast<std::uint64_t>(left + x) >= static_cast<std::uint64_t>(p.columns.in)) continue;
            V value = load<Isa, Tail>(src + x * p.src_pixel, strip.lanes);
            Isa::keep(value);
#pragma GCC unroll 16
            for (int i = 0; i < T; ++i) {
                const int k = x - i * Stride;
                if (k >= 0 && k < Taps) sums[r][k] += value * diffs[i];
            }
        }
    }
}

/// Kernel rows [first_row, first_row + R).
template <class Isa, int Taps, int Stride, int R, int T, bool Tail>
void add_rows(const DepthwisePass& p, const DepthwiseGradientBlock& b, const Strip& strip, std::int64_t first_row) {
    Vector<Isa> sums[R][Taps];
    float* out = b.sums + first_row * Taps * p.weight_step + strip.c;
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r)
#pragma GCC unroll 16
        for (int k = 0; k < Taps; ++k) sums[r][k] = Isa::load(out + (r * Taps + k) * p.weight_step);
    for (std::int64_t y = b.row_begin; y < b.row_end; ++y)
        for (std::int64_t x = 0; x < p.columns.out; x += T) {
            const std::int64_t left = x * Stride - p.columns.pad, at[3] = {y, x, first_row};
            if (left < 0 || left + (T - 1) * Stride + Taps > p.columns.in || x + T > p.columns.out)
                add_tile<Isa, Taps, Stride, R, T, true, Tail>(p, b, strip, at, sums);
            else
                add_tile<Isa, Taps, Stride, R, T, false, Tail>(p, b, strip, at, sums);
        }
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r)
#pragma GCC unroll 16
        for (int k = 0; k < Taps; ++k) Isa::store(out + (r * Taps + k) * p.weight_step, sums[r][k]);
}

template <class Isa, int Taps, int Stride, int T, bool Tail>
void add_tiles(const DepthwisePass& p, const DepthwiseGradientBlock& b, const Strip& strip) {
    // Sums, gradients and one value fit the registers.
    constexpr int R = Isa::registers >= 32 ? (Taps <= 5 ? 3 : 2) : (Taps == 3 ? 3 : Taps == 5 ? 2 : 1);
    std::int64_t r = 0;
    for (; r + R <= p.rows.taps; r += R) add_rows<Isa, Taps, Stride, R, T, Tail>(p, b, strip, r);
    if constexpr (R > 2)
        for (; r + 2 <= p.rows.taps; r += 2) add_rows<Isa, Taps, Stride, 2, T, Tail>(p, b, strip, r);
    for (; r < p.rows.taps; ++r) add_rows<Isa, Taps, Stride, 1, T, Tail>(p, b, strip, r);
}

template <class Isa, int Taps, int Stride, bool Tail>
void add_kernel(const DepthwisePass& p, const DepthwiseGradientBlock& b, const Strip& strip) {
    if constexpr (Isa::registers < 32) {
        add_tiles<Isa, Taps, Stride, 4, Tail>(p, b, strip);
    } else {
        if (is_multiple_of_seven(p.columns.out))
            add_tiles<Isa, Taps, Stride, 7, Tail>(p, b, strip);
        else
            add_tiles<Isa, Taps, Stride, 8, Tail>(p, b, strip);
    }
}

/// Any number of taps, stride and dilation: tap by tap.
template <class Isa, bool Tail>
void add_any_kernel(const DepthwisePass& p, const DepthwiseGradientBlock& b, const Strip& strip) {
    using V = Vector<Isa>;
    const DepthwiseAxis& columns = p.columns;
    for (std::int64_t tap = 0; tap < p.rows.taps * columns.taps; ++tap) {
        const std::int64_t left = tap % columns.taps * columns.dilation - columns.pad;
        const std::int64_t begin = left >= 0 ? 0 : (columns.stride - 1 - left) / columns.stride;
        const std::int64_t room = columns.in - 1 - left, fits = room < 0 ? 0 : room / columns.stride + 1;
        const std::int64_t end = fits < columns.out ? fits : columns.out;
        V even{}, odd{};
        for (std::int64_t y = b.row_begin; y < b.row_end; ++y) {
            const std::int64_t row = y * p.rows.stride - p.rows.pad + tap / columns.taps * p.rows.dilation;
            if (row < 0 || row >= p.rows.in) continue;
            const float* src = b.src + row * p.src_row + strip.c;
            const float* diff = b.diff_dst + y * p.dst_row + strip.c;
            const auto product = [&](std::int64_t x) __attribute__((always_inline)) {
                return load<Isa, Tail>(src + (x * columns.stride + left) * p.src_pixel, strip.lanes) *
                       load<Isa, Tail>(diff + x * p.dst_pixel, strip.lanes);
            };
            std::int64_t x = begin;
            for (; x + 2 <= end; x += 2) {
                even += product(x);
                odd += product(x + 1);
            }
            if (x < end) even += product(x);
        }
        float* out = b.sums + tap * p.weight_step + strip.c;
        Isa::store(out, Isa::load(out) + (even + odd));
    }
}

template <class Isa, bool Tail>
void add_bias(const DepthwisePass& p, const DepthwiseGradientBlock& b, const Strip& strip) {
    float* out = b.sums + p.rows.taps * p.columns.taps * p.weight_step + strip.c;
    Vector<Isa> sum = Isa::load(out);
    for (std::int64_t y = b.row_begin; y < b.row_end; ++y)
        for (std::int64_t x = 0; x < p.columns.out; ++x)
            sum += load<Isa, Tail>(b.diff_dst + y * p.dst_row + x * p.dst_pixel + strip.c, strip.lanes);
    Isa::store(out, sum);
}

template <class Isa, bool Tail>
void add_strip(const DepthwisePass& p, const DepthwiseGradientBlock& b, const Strip& strip) {
    if (b.bias) add_bias<Isa, Tail>(p, b, strip);
    if constexpr (Isa::specialised) {
        switch (p.columns.dilation == 1 ? p.columns.taps * 10 + p.columns.stride : 0) {
            case 31:
                return add_kernel<Isa, 3, 1, Tail>(p, b, strip);
            case 51:
                return add_kernel<Isa, 5, 1, Tail>(p, b, strip);
            case 71:
                return add_kernel<Isa, 7, 1, Tail>(p, b, strip);
            case 32:
                return add_kernel<Isa, 3, 2, Tail>(p, b, strip);
            case 52:
                return add_kernel<Isa, 5, 2, Tail>(p, b, strip);
            case 72:
                return add_kernel<Isa, 7, 2, Tail>(p, b, strip);
            default:
                break;
        }
    }
    add_any_kernel<Isa, Tail>(p, b, strip);
}

template <class Isa>
void add_gradient(const DepthwisePass& p, const DepthwiseGradientBlock& b) {
    std::int64_t c = b.channel_begin;
    for (; c + Isa::lanes <= b.channel_end; c += Isa::lanes) add_strip<Isa, false>(p, b, {c, Isa::lanes});
    if (c < b.channel_end) add_strip<Isa, true>(p, b, {c, static_cast<int>(b.channel_end - c)});
}

}  // namespace hpnas::kernel::depthwise
