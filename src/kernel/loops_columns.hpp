#pragma once
#include "loops_normalise.hpp"

/// Sums and products over rows of channels: averages, squeeze-and-excitation.
namespace hpnas::kernel::simd {

template <class Isa, bool product>
struct ColumnSums {
    const float *a, *b;
    float* sum;
    std::int64_t n_rows, width;

    template <int V, class Access>
    [[gnu::always_inline]] void run(std::int64_t column, Access part) const {
        Vector<Isa> sums[V]{};
        for (std::int64_t r = 0; r < n_rows; ++r) {
            const std::int64_t at = r * width + column;
#pragma GCC unroll 8
            for (int v = 0; v < V; ++v) {
                const Vector<Isa> x = part.load(a + at + v * Isa::lanes);
                if constexpr (product)
                    sums[v] += x * part.load(b + at + v * Isa::lanes);
                else
                    sums[v] += x;
            }
        }
#pragma GCC unroll 8
        for (int v = 0; v < V; ++v) part.store(sum + column + v * Isa::lanes, sums[v]);
    }
};

template <class Isa>
void column_sums(Rows rows, const float* a, const float* b, float* sum) {
    const std::int64_t n_rows = rows.count / rows.width;
    if (b == nullptr)
        for_columns<Isa, 8>(rows.width, ColumnSums<Isa, false>{a, b, sum, n_rows, rows.width});
    else
        for_columns<Isa, 8>(rows.width, ColumnSums<Isa, true>{a, b, sum, n_rows, rows.width});
}

template <class Isa>
void scale_columns(Rows rows, const float* src, const float* factors, const float* offsets, float* dst) {
    for (std::int64_t at = 0; at < rows.count; at += rows.width) {
        if (offsets == nullptr)
            for_vectors<Isa>(rows.width, [=](std::int64_t c, auto part) {
                part.store(dst + at + c, part.load(src + at + c) * part.load(factors + c));
            });
        else
            for_vectors<Isa>(rows.width, [=](std::int64_t c, auto part) {
                part.store(dst + at + c, part.load(src + at + c) * part.load(factors + c) + part.load(offsets + c));
            });
    }
}

/// R rows at a time share the loads of x and hide each other's latency.
template <class Isa, int R>
[[gnu::always_inline]] inline void multiply_rows(const float* matrix, const float* x, const float* bias, float* out,
                                                 std::int64_t columns) {
    Vector<Isa> sums[R]{};
    for_vectors<Isa>(
        columns, [&](std::int64_t c, auto part) __attribute__((always_inline)) {
            const Vector<Isa> value = part.load(x + c);
#pragma GCC unroll 4
            for (int r = 0; r < R; ++r) sums[r] += value * part.load(matrix + r * columns + c);
        });
#pragma GCC unroll 4
    for (int r = 0; r < R; ++r) out[r] = Isa::sum(sums[r]) + (bias == nullptr ? 0.0F : bias[r]);
}

template <class Isa>
void matrix_vector(Rows shape, const float* matrix, const float* x, const float* bias, float* out) {
    const std::int64_t n_rows = shape.count / shape.width;
    std::int64_t r = 0;
    const auto offsets = [=](std::int64_t row) { return bias == nullptr ? nullptr : bias + row; };
    for (; r + 4 <= n_rows; r += 4)
        multiply_rows<Isa, 4>(matrix + r * shape.width, x, offsets(r), out + r, shape.width);
    for (; r < n_rows; ++r) multiply_rows<Isa, 1>(matrix + r * shape.width, x, offsets(r), out + r, shape.width);
}

template <class Isa>
struct Combine {
    Combination args;
    float* out;

    template <int V, class Access>
    [[gnu::always_inline]] void run(std::int64_t column, Access part) const {
        Vector<Isa> sums[V]{};
        for (std::int64_t i = 0; i < args.n; ++i) {
            const float factor = args.factors[i * args.factor_step];
            const float* vector = args.vectors + i * args.vector_step + column;
#pragma GCC unroll 4
            for (int v = 0; v < V; ++v) sums[v] += part.load(vector + v * Isa::lanes) * factor;
        }
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) part.store(out + column + v * Isa::lanes, sums[v]);
    }
};

template <class Isa>
void combine(const Combination& args, float* out) {
    for_columns<Isa, 4>(args.columns, Combine<Isa>{args, out});
}

}  // namespace hpnas::kernel::simd
