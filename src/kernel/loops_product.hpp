#pragma once
#include "loops.hpp"
#include "simd.hpp"

/// Products of matrices that fit the caches, and changes of their layout.
namespace hpnas::kernel::simd {

/// Most vectors of a row that multiply() keeps in registers.
template <class Isa>
constexpr int most_vectors = Isa::registers == 32 ? 4 : 2;
template <class Isa>
constexpr std::int64_t panel = padded_width(most_vectors<Isa>* Isa::lanes);

/// R rows and V vectors of C in registers.
template <class Isa, int R, int V>
[[gnu::always_inline]] inline void multiply_tile(const BlockProduct& p, std::int64_t row, std::int64_t column) {
    Vector<Isa> sums[R][V]{};
    const std::int64_t rest = p.n - column - (V - 1) * Isa::lanes;
    const float* a[R];
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) a[r] = p.a + (row + r) * p.a_row;
    if (p.bias != nullptr)
#pragma GCC unroll 8
        for (int r = 0; r < R; ++r)
#pragma GCC unroll 4
            for (int v = 0; v < V; ++v) sums[r][v] = Isa::load(p.bias + column + v * Isa::lanes);
    if (p.residual != nullptr)
#pragma GCC unroll 8
        for (int r = 0; r < R; ++r) {
            const float* x = p.residual + (row + r) * p.c_row + column;
#pragma GCC unroll 4
            for (int v = 0; v < V - 1; ++v) sums[r][v] += Isa::load(x + v * Isa::lanes);
            x += (V - 1) * Isa::lanes;
            sums[r][V - 1] += rest >= Isa::lanes ? Isa::load(x) : Isa::load_part(x, static_cast<int>(rest));
        }
    const float* b = p.b + column;
    std::int64_t at = 0;
    for (std::int64_t k = 0; k < p.k; ++k, b += p.b_row, at += p.a_column) {
        Vector<Isa> x[V];
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) x[v] = Isa::load(b + v * Isa::lanes);
#pragma GCC unroll 8
        for (int r = 0; r < R; ++r) {
            const Vector<Isa> factor = Isa::loaded(Isa::spread(a[r] + at));
#pragma GCC unroll 4
            for (int v = 0; v < V; ++v) sums[r][v] += factor * x[v];
        }
    }
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) {
        float* c = p.c + (row + r) * p.c_row + column;
#pragma GCC unroll 4
        for (int v = 0; v < V - 1; ++v) Isa::store(c + v * Isa::lanes, sums[r][v]);
        if (rest >= Isa::lanes)
            Isa::store(c + (V - 1) * Isa::lanes, sums[r][V - 1]);
        else
            Isa::store_part(c + (V - 1) * Isa::lanes, sums[r][V - 1], static_cast<int>(rest));
    }
}

/// The last `rows` < R rows.
template <class Isa, int R, int V>
void multiply_last_rows(const BlockProduct& p, std::int64_t rows, std::int64_t column) {
    if constexpr (R > 1) {
        if (rows == R - 1) return multiply_tile<Isa, R - 1, V>(p, p.m - rows, column);
        multiply_last_rows<Isa, R - 1, V>(p, rows, column);
    }
}

template <class Isa, int R, int V>
void multiply_columns(const BlockProduct& p, std::int64_t column) {
    for (std::int64_t row = 0; row + R <= p.m; row += R) multiply_tile<Isa, R, V>(p, row, column);
    multiply_last_rows<Isa, R, V>(p, p.m % R, column);
}

/// Columns of C are shared out evenly over tiles that fill the registers.
template <class Isa>
void multiply(const BlockProduct& p) {
    constexpr bool many = Isa::registers == 32;
    constexpr int most = most_vectors<Isa>;
    const std::int64_t vectors = (p.n + Isa::lanes - 1) / Isa::lanes, tiles = (vectors + most - 1) / most;
    for (std::int64_t t = 0; t < tiles; ++t) {
        const std::int64_t first = vectors * t / tiles, count = vectors * (t + 1) / tiles - first;
        const std::int64_t column = first * Isa::lanes;
        if constexpr (many) {
            if (count == 4) multiply_columns<Isa, 6, 4>(p, column);
            if (count == 3) multiply_columns<Isa, 8, 3>(p, column);
        }
        if (count == 2) multiply_columns<Isa, many ? 8 : 6, 2>(p, column);
        if (count == 1) multiply_columns<Isa, many ? 8 : 6, 1>(p, column);
    }
}

/// Exchanges rows and columns of `lanes` vectors: in step s, bit s of a row's number with that of a lane's.
template <class Isa>
[[gnu::always_inline]] inline void exchange(Vector<Isa> (&rows)[Isa::lanes]) {
    using Integers = typename Isa::Integers;
#pragma GCC unroll 4
    for (int s = 1; s < Isa::lanes; s *= 2) {
        Integers low{}, high{};
#pragma GCC unroll 16
        for (int l = 0; l < Isa::lanes; ++l) {
            low[l] = (l & s) != 0 ? Isa::lanes + l - s : l;
            high[l] = (l & s) != 0 ? Isa::lanes + l : l + s;
        }
#pragma GCC unroll 16
        for (int i = 0; i < Isa::lanes; ++i) {
            if ((i & s) != 0) continue;
            const Vector<Isa> a = rows[i], b = rows[i + s];
            rows[i] = __builtin_shuffle(a, b, low);
            rows[i + s] = __builtin_shuffle(a, b, high);
        }
    }
}

template <class Isa>
void transpose(const MatrixCopy& m) {
    constexpr int lanes = Isa::lanes;
    for (std::int64_t r = 0; r < m.rows; r += lanes)
        for_vectors<Isa>(m.columns, [&](std::int64_t c, auto part) {
            Vector<Isa> block[lanes];
#pragma GCC unroll 16
            for (int i = 0; i < lanes; ++i)
                block[i] = r + i < m.rows ? part.load(m.src + (r + i) * m.src_row + c) : Vector<Isa>{};
            exchange<Isa>(block);
            float* dst = m.dst + c * m.dst_row + r;
#pragma GCC unroll 16
            for (int i = 0; i < lanes; ++i)
                if (c + i < m.columns) Isa::store(dst + i * m.dst_row, block[i]);
        });
}

template <class Isa>
void copy_rows(const MatrixCopy& m) {
    for (std::int64_t r = 0; r < m.rows; ++r)
        for_vectors<Isa>(m.columns, [&](std::int64_t c, auto part) {
            Isa::store(m.dst + r * m.dst_row + c, part.load(m.src + r * m.src_row + c));
        });
}

}  // namespace hpnas::kernel::simd
