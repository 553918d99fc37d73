#pragma once
#include "simd.hpp"
#include "winograd_loops.hpp"

/// F(4 x 4, 3 x 3) with the interpolation points 0, +-1, +-2 and infinity, for one instruction set.
/// Source: Lavin, Gray, CVPR 2016, arXiv:1509.09308.
namespace hpnas::kernel::winograd {

using simd::Vector;

/// Output channels that are computed together.
template <class Isa>
inline constexpr std::int64_t channels = 2 * Isa::lanes;

/// Tiles per product: as many sums as the registers hold.
template <class Isa>
inline constexpr int product_rows = Isa::registers == 32 ? 12 : 6;

template <class V>
[[gnu::always_inline]] inline void transform_source(const V* d, V* out) {
    const V even = d[4] - 4.0F * d[2], odd = d[3] - 4.0F * d[1], difference = d[4] - d[2], twice = 2.0F * (d[3] - d[1]);
    out[0] = 4.0F * d[0] - 5.0F * d[2] + d[4];
    out[1] = even + odd;
    out[2] = even - odd;
    out[3] = difference + twice;
    out[4] = difference - twice;
    out[5] = 4.0F * d[1] - 5.0F * d[3] + d[5];
}

template <class V>
[[gnu::always_inline]] inline void transform_weights(const V* g, V* out) {
    const V outer = g[0] + g[2], mixed = g[0] + 4.0F * g[2];
    out[0] = 0.25F * g[0];
    out[1] = (outer + g[1]) * (-1.0F / 6);
    out[2] = (outer - g[1]) * (-1.0F / 6);
    out[3] = (mixed + 2.0F * g[1]) * (1.0F / 24);
    out[4] = (mixed - 2.0F * g[1]) * (1.0F / 24);
    out[5] = g[2];
}

template <class V>
[[gnu::always_inline]] inline void transform_result(const V* m, V* out) {
    const V sum = m[1] + m[2], difference = m[1] - m[2], sum2 = m[3] + m[4], difference2 = m[3] - m[4];
    out[0] = m[0] + sum + sum2;
    out[1] = difference + 2.0F * difference2;
    out[2] = sum + 4.0F * sum2;
    out[3] = difference + 8.0F * difference2 + m[5];
}

template <class Isa>
void pack(const WinogradShape& s, const WinogradWeights& weights, std::int64_t begin, float* packed) {
    using V = Vector<Isa>;
    constexpr std::int64_t n = channels<Isa>;
    const std::int64_t exist = s.k - begin < n ? s.k - begin : n;
    float taps[9][n] = {};
    for (std::int64_t i = 0; i < s.c; ++i) {
        const float* from = weights.first + begin * weights.out_step + i * weights.in_step;
        for (std::int64_t o = 0; o < exist; ++o)
            for (std::int64_t t = 0; t < 9; ++t) taps[t][o] = from[o * weights.out_step + t * weights.tap_step];
        for (std::int64_t lane = 0; lane < n; lane += Isa::lanes) {
            V half[3][6];  // columns of taps transformed
            for (int x = 0; x < 3; ++x) {
                const V column[3] = {Isa::load(taps[x] + lane), Isa::load(taps[3 + x] + lane),
                                     Isa::load(taps[6 + x] + lane)};
                transform_weights(column, half[x]);
            }
            for (int y = 0; y < 6; ++y) {
                const V row[3] = {half[0][y], half[1][y], half[2][y]};
                V out[6];
                transform_weights(row, out);
                for (int x = 0; x < 6; ++x) Isa::store(packed + ((y * 6 + x) * s.c + i) * n + lane, out[x]);
            }
        }
    }
}

/// Where a tile lies.
struct Place {
    std::int64_t image, row, column;  // of its first output pixel
};

[[gnu::always_inline]] inline Place place(const WinogradShape& s, std::int64_t tile) {
    const std::int64_t per_image = s.tile_rows * s.tile_columns, in_image = tile % per_image;
    return {tile / per_image, in_image / s.tile_columns * winograd_tile, in_image % s.tile_columns * winograd_tile};
}

/// transformed[point][tile][c]; pixels beyond the image are zero.
template <class Isa>
[[gnu::always_inline]] inline void read_tile(const WinogradShape& s, const float* src, const Place& at,
                                             float* transformed) {
    using V = Vector<Isa>;
    const float* pixels[winograd_points];
    for (std::int64_t y = 0; y < 6; ++y)
        for (std::int64_t x = 0; x < 6; ++x) {
            const std::int64_t row = at.row - s.pad_top + y, column = at.column - s.pad_left + x;
            const bool inside = row >= 0 && row < s.h && column >= 0 && column < s.w;
            pixels[y * 6 + x] = inside ? src + ((at.image * s.h + row) * s.w + column) * s.c : nullptr;
        }
    const std::int64_t point_step = s.tiles_at_once * s.channel_step;
    simd::for_vectors<Isa>(
        s.c, [&](std::int64_t c, auto access) __attribute__((always_inline)) {
            V half[6][6];  // [y][x], columns transformed
            for (int x = 0; x < 6; ++x) {
                V column[6], out[6];
                for (int y = 0; y < 6; ++y)
                    column[y] = pixels[y * 6 + x] != nullptr ? access.load(pixels[y * 6 + x] + c) : V{};
                transform_source(column, out);
                for (int y = 0; y < 6; ++y) half[y][x] = out[y];
            }
            for (int y = 0; y < 6; ++y) {
                V out[6];
                transform_source(half[y], out);
                for (int x = 0; x < 6; ++x) Isa::store(transformed + (y * 6 + x) * point_step + c, out[x]);
            }
        });
}

/// product [tiles, channels] = transformed [tiles, c] * packed [c, channels], of the first `vectors` of the channels.
template <class Isa, int vectors>
void multiply(const WinogradShape& s, const float* transformed, const float* packed, float* product) {
    using V = Vector<Isa>;
    constexpr int rows = product_rows<Isa>;
    constexpr std::int64_t n = channels<Isa>;
    for (std::int64_t tile = 0; tile < s.tiles_at_once; tile += rows) {
        const float* values = transformed + tile * s.channel_step;
        V sums[rows][vectors];
        for (auto& sum : sums)
            for (V& part : sum) part = V{};
        for (std::int64_t c = 0; c < s.c; ++c) {
            V weights[vectors];
            for (int v = 0; v < vectors; ++v) weights[v] = Isa::load(packed + c * n + v * Isa::lanes);
#pragma GCC unroll 12
            for (int r = 0; r < rows; ++r) {
                const float value = values[r * s.channel_step + c];
                for (int v = 0; v < vectors; ++v) sums[r][v] += value * weights[v];
            }
        }
#pragma GCC unroll 12
        for (int r = 0; r < rows; ++r)
            for (int v = 0; v < vectors; ++v) Isa::store(product + (tile + r) * n + v * Isa::lanes, sums[r][v]);
    }
}

template <class Isa>
[[gnu::always_inline]] inline Vector<Isa> activate(Activation activation, Vector<Isa> x) {
    if (activation == Activation::relu) return x < 0.0F ? Vector<Isa>{} : x;  // NaN stays NaN
    if (activation == Activation::swish) return x * simd::sigmoid<Isa>(x);
    return x;
}

/// Writes the output channels [begin, begin + n) of a tile from product[point][tile][channels].
template <class Isa>
[[gnu::always_inline]] inline void write_tile(const WinogradShape& s, const WinogradBlock& block, const Place& at,
                                              std::int64_t begin, std::int64_t n, const float* product) {
    using V = Vector<Isa>;
    const std::int64_t point_step = s.tiles_at_once * channels<Isa>;
    const std::int64_t rows = s.out_h - at.row < winograd_tile ? s.out_h - at.row : winograd_tile;
    const std::int64_t columns = s.out_w - at.column < winograd_tile ? s.out_w - at.column : winograd_tile;
    const std::int64_t first = ((at.image * s.out_h + at.row) * s.out_w + at.column) * s.k + begin;
    simd::for_vectors<Isa>(
        n, [&](std::int64_t k, auto access) __attribute__((always_inline)) {
            V half[4][6];
            for (int x = 0; x < 6; ++x) {
                V column[6], out[4];
                for (int y = 0; y < 6; ++y) column[y] = Isa::load(product + (y * 6 + x) * point_step + k);
                transform_result(column, out);
                for (int y = 0; y < 4; ++y) half[y][x] = out[y];
            }
            const V bias = Isa::load(block.bias + begin + k);
            for (int y = 0; y < 4; ++y) {
                V out[4];
                transform_result(half[y], out);
                if (y >= rows) continue;
                for (int x = 0; x < 4; ++x) {
                    if (x >= columns) continue;
                    const std::int64_t i = first + (y * s.out_w + x) * s.k + k;
                    V value = out[x] + bias;
                    if (block.residual != nullptr) value += access.load(block.residual + i);
                    access.store(block.dst + i, activate<Isa>(s.activation, value));
                }
            }
        });
}

template <class Isa>
void run(const WinogradShape& s, const WinogradBlock& block) {
    constexpr std::int64_t n = channels<Isa>;
    const std::int64_t left = s.n_tiles - block.first_tile, tiles = left < s.tiles_at_once ? left : s.tiles_at_once;
    float* transformed = block.buffer;
    float* products = transformed + winograd_points * s.tiles_at_once * s.channel_step;
    for (std::int64_t t = 0; t < s.tiles_at_once; ++t) {  // those that do not exist repeat the last one, unused
        const std::int64_t tile = block.first_tile + (t < tiles ? t : tiles - 1);
        read_tile<Isa>(s, block.src, place(s, tile), transformed + t * s.channel_step);
    }
    for (std::int64_t begin = 0; begin < s.k; begin += n) {
        const float* packed = block.packed + begin * winograd_points * s.c;
        const auto product = s.k - begin > Isa::lanes ? multiply<Isa, 2> : multiply<Isa, 1>;
        for (std::int64_t point = 0; point < winograd_points; ++point)
            product(s, transformed + point * s.tiles_at_once * s.channel_step, packed + point * s.c * n,
                    products + point * s.tiles_at_once * n);
        for (std::int64_t t = 0; t < tiles; ++t)
            write_tile<Isa>(s, block, place(s, block.first_tile + t), begin, s.k - begin < n ? s.k - begin : n,
                            products + t * n);
    }
}

}  // namespace hpnas::kernel::winograd
