#pragma once
#include "loops.hpp"
#include "simd.hpp"

/// Inner products in double of rows of floats, which are widened in registers on their way to the products.
namespace hpnas::kernel::simd {

/// The first n floats, 0 < n < lanes / 2, converted; zeros behind.
template <class Isa>
[[gnu::always_inline]] inline typename Isa::Doubles load_doubles_part(const float* p, std::int64_t n) {
    typename Isa::Doubles v{};
    for (int i = 0; i < n; ++i) v[i] = static_cast<double>(p[i]);
    return v;
}

/// R x C products, from (row, column) on. Rows behind the last are the last one again, whose products nobody keeps.
template <class Isa, int R, int C>
[[gnu::always_inline]] inline void row_products_tile(const RowProducts& p, std::int64_t row, std::int64_t column) {
    const auto start = [&](std::int64_t i) { return p.rows + (i < p.n ? i : p.n - 1) * p.stride; };
    const float* a[R];
    const float* b[C];
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) a[r] = start(row + r);
#pragma GCC unroll 8
    for (int c = 0; c < C; ++c) b[c] = start(column + c);
    typename Isa::Doubles sums[R][C]{};
    const auto add = [&](auto load) __attribute__((always_inline)) {
        typename Isa::Doubles x[C];
#pragma GCC unroll 8
        for (int c = 0; c < C; ++c) x[c] = load(b[c]);
#pragma GCC unroll 8
        for (int r = 0; r < R; ++r) {
            const typename Isa::Doubles y = load(a[r]);
#pragma GCC unroll 8
            for (int c = 0; c < C; ++c) sums[r][c] += y * x[c];
        }
    };
    constexpr std::int64_t step = Isa::lanes / 2;
    std::int64_t k = 0;
    for (; k + step <= p.width; k += step) add([k](const float* x) { return Isa::load_doubles(x + k); });
    const std::int64_t rest = p.width - k;
    if (rest > 0) add([k, rest](const float* x) { return load_doubles_part<Isa>(x + k, rest); });
    for (int r = 0; r < R; ++r)
        for (int c = 0; c < C; ++c) {
            if (row + r >= p.n || column + c > row + r) continue;
            double sum = 0;
            for (int i = 0; i < step; ++i) sum += sums[r][c][i];
            p.products[(row + r) * p.n + column + c] += sum;
        }
}

template <class Isa>
void add_row_products(const RowProducts& p) {
    constexpr int tall = Isa::registers == 32 ? 6 : 4, wide = Isa::registers == 32 ? 4 : 2;
    for (std::int64_t row = 0; row < p.n; row += tall)
        for (std::int64_t column = 0; column < row + tall && column < p.n; column += wide)
            row_products_tile<Isa, tall, wide>(p, row, column);
}

}  // namespace hpnas::kernel::simd
