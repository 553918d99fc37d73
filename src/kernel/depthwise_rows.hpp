#pragma once
#include "depthwise_tiles.hpp"

/// Depthwise convolutions of whole rows: covers them with tiles, picks the tiles for a window.
namespace hpnas::kernel::depthwise {

/// Taps 0: any.
template <class Isa, int Taps, int Stride, int T, bool Edge, bool Tail>
[[gnu::always_inline]] inline void run_one(const DepthwisePass& p, const DepthwiseBlock& b, const Tile& t) {
    if constexpr (Taps == 0)
        run_any_tile<Isa, T, Edge, Tail>(p, b, t);
    else
        run_tile<Isa, Taps, Stride, T, Edge, Tail>(p, b, t);
}

template <class Isa, int Taps, int Stride, int T>
void run_rows(const DepthwisePass& p, const DepthwiseBlock& b) {
    const std::int64_t whole = b.channel_begin + (b.channel_end - b.channel_begin) / Isa::lanes * Isa::lanes;
    for (std::int64_t y = b.row_begin; y < b.row_end; ++y) {
        const std::int64_t top = y * p.rows.stride - p.rows.pad;
        const TapRange rows = taps_inside(p.rows, top);
        for (std::int64_t x = 0; x < p.columns.out; x += T) {
            const std::int64_t left = x * p.columns.stride - p.columns.pad;
            const std::int64_t right = left + (T - 1) * p.columns.stride + (p.columns.taps - 1) * p.columns.dilation;
            const bool edge = left < 0 || right >= p.columns.in || x + T > p.columns.out;
            Tile tile{y, x, b.channel_begin, Isa::lanes, rows, b.src + top * p.src_row + b.channel_begin};
            for (; tile.c < whole; tile.c += Isa::lanes, tile.src += Isa::lanes) {
                if (edge)
                    run_one<Isa, Taps, Stride, T, true, false>(p, b, tile);
                else
                    run_one<Isa, Taps, Stride, T, false, false>(p, b, tile);
            }
            tile.lanes = static_cast<int>(b.channel_end - whole);
            if (tile.lanes > 0) run_one<Isa, Taps, Stride, T, true, true>(p, b, tile);
        }
    }
}

/// Pairs of rows as far as they go.
template <class Isa, int T>
void run_rows_3x3(const DepthwisePass& p, const DepthwiseBlock& b) {
    const std::int64_t whole = b.channel_begin + (b.channel_end - b.channel_begin) / Isa::lanes * Isa::lanes;
    std::int64_t y = b.row_begin;
    for (; y + 2 <= b.row_end; y += 2) {
        const std::int64_t top = y - p.rows.pad;
        for (std::int64_t x = 0; x < p.columns.out; x += T) {
            const std::int64_t left = x - p.columns.pad;
            const bool edge = left < 0 || left + T + 1 >= p.columns.in || x + T > p.columns.out;
            Tile tile{y, x, b.channel_begin, Isa::lanes, {0, 3}, b.src + top * p.src_row + b.channel_begin};
            for (; tile.c < whole; tile.c += Isa::lanes, tile.src += Isa::lanes) {
                if (edge)
                    run_pair<Isa, T, true, false>(p, b, tile);
                else
                    run_pair<Isa, T, false, false>(p, b, tile);
            }
            tile.lanes = static_cast<int>(b.channel_end - whole);
            if (tile.lanes > 0) run_pair<Isa, T, true, true>(p, b, tile);
        }
    }
    DepthwiseBlock rest = b;
    rest.row_begin = y;
    run_rows<Isa, 3, 1, T>(p, rest);
}

template <class Isa, int Taps, int Stride>
void run_width(const DepthwisePass& p, const DepthwiseBlock& b) {
    const bool seven = is_multiple_of_seven(p.columns.out);
    if constexpr (Taps == 3 && Stride == 1 && Isa::registers >= 32) {
        if (p.rows.taps == 3 && p.rows.stride == 1 && p.rows.dilation == 1)
            return seven ? run_rows_3x3<Isa, 7>(p, b) : run_rows_3x3<Isa, 8>(p, b);
    }
    if (seven)
        run_rows<Isa, Taps, Stride, 7>(p, b);
    else
        run_rows<Isa, Taps, Stride, 8>(p, b);
}

template <class Isa>
void run(const DepthwisePass& p, const DepthwiseBlock& b) {
    if constexpr (Isa::specialised) {
        switch (p.columns.dilation == 1 ? p.columns.taps * 10 + p.columns.stride : 0) {
            case 11:
                return run_rows<Isa, 1, 1, 8>(p, b);
            case 21:
                return run_rows<Isa, 2, 1, 8>(p, b);
            case 31:
                return run_width<Isa, 3, 1>(p, b);
            case 51:
                return run_width<Isa, 5, 1>(p, b);
            case 71:
                return run_width<Isa, 7, 1>(p, b);
            case 32:
                return run_width<Isa, 3, 2>(p, b);
            case 52:
                return run_width<Isa, 5, 2>(p, b);
            case 72:
                return run_width<Isa, 7, 2>(p, b);
            default:
                break;
        }
    }
    run_rows<Isa, 0, 0, 4>(p, b);
}

}  // namespace hpnas::kernel::depthwise
