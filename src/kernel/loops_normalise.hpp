#pragma once
#include "loops_elementwise.hpp"

/// Batch normalisation over rows of channels.
namespace hpnas::kernel::simd {

/// Calls body.template run<V>(column, part) for groups of V vectors of columns; only single vectors are ever
/// incomplete.
template <class Isa, int V, class Body>
[[gnu::always_inline]] inline std::int64_t for_whole_columns(std::int64_t begin, std::int64_t width, const Body& body) {
    for (; begin + V * Isa::lanes <= width; begin += V * Isa::lanes) body.template run<V>(begin, Whole<Isa>{});
    if constexpr (V > 1) return for_whole_columns<Isa, V / 2>(begin, width, body);
    return begin;
}
template <class Isa, int V, class Body>
[[gnu::always_inline]] inline void for_columns(std::int64_t width, const Body& body) {
    const std::int64_t left = for_whole_columns<Isa, V>(0, width, body);
    if (left < width) body.template run<1>(left, Part<Isa>{static_cast<int>(width - left)});
}

/// Runs body(n_rows, offset of the first) over the complete rows, then over the columns that an incomplete last row
/// has.
template <class Isa, int V, class MakeBody>
[[gnu::always_inline]] inline void for_rows(Rows rows, MakeBody make) {
    const std::int64_t n_rows = rows.count / rows.width, rest = rows.count % rows.width;
    if (n_rows > 0) for_columns<Isa, V>(rows.width, make(n_rows, std::int64_t{0}));
    if (rest > 0) for_columns<Isa, V>(rest, make(std::int64_t{1}, n_rows * rows.width));
}

template <class Isa>
[[gnu::always_inline]] inline void clear(float* x, std::int64_t padded) {
    for (std::int64_t i = 0; i < padded; i += Isa::lanes) Isa::store(x + i, Vector<Isa>{});
}

template <class Isa>
struct Sums {
    const float *src, *shift;
    float *sum, *squares;
    std::int64_t n_rows, width;

    template <int V, class Access>
    [[gnu::always_inline]] void run(std::int64_t column, Access part) const {
        Vector<Isa> shifts[V], sums[V]{}, products[V]{};
#pragma GCC unroll 8
        for (int v = 0; v < V; ++v) shifts[v] = part.load(shift + column + v * Isa::lanes);
        for (std::int64_t r = 0; r < n_rows; ++r) {
            const float* row = src + r * width + column;
#pragma GCC unroll 8
            for (int v = 0; v < V; ++v) {
                const Vector<Isa> x = part.load(row + v * Isa::lanes) - shifts[v];
                sums[v] += x;
                products[v] += x * x;
            }
        }
#pragma GCC unroll 8
        for (int v = 0; v < V; ++v) {
            const std::int64_t at = column + v * Isa::lanes;
            Isa::store(sum + at, Isa::load(sum + at) + sums[v]);
            Isa::store(squares + at, Isa::load(squares + at) + products[v]);
        }
    }
};

template <class Isa>
void sums(Rows rows, const float* src, const float* shift, float* sum, float* squares) {
    clear<Isa>(sum, padded_width(rows.width));
    clear<Isa>(squares, padded_width(rows.width));
    for_rows<Isa, Isa::registers / 4>(rows, [&](std::int64_t n_rows, std::int64_t offset) {
        return Sums<Isa>{src + offset, shift, sum, squares, n_rows, rows.width};
    });
}

template <class Isa>
void accumulate(const float* __restrict x, double* __restrict totals, std::int64_t n) {
    for (std::int64_t i = 0; i < n; ++i) totals[i] += static_cast<double>(x[i]);
}

/// The constants of one vector of columns.
template <class Isa>
struct Column {
    Vector<Isa> mean, scale, shift;
    [[gnu::always_inline]] static Column load(const NormaliseConstants& k, std::int64_t column) {
        return {Isa::load(k.mean + column), Isa::load(k.scale + column), Isa::load(k.shift + column)};
    }
};

/// Calls f(column constants, offset, access) for every vector of every row, row by row. Rows of exactly V vectors keep
/// their constants in registers.
template <class Isa, int V, class Constants, class Load, class F>
[[gnu::always_inline]] inline void for_elements(Rows rows, Load load, F f) {
    const std::int64_t n_rows = rows.count / rows.width;
    if (rows.width == V * Isa::lanes) {
        Constants constants[V];
#pragma GCC unroll 8
        for (int v = 0; v < V; ++v) constants[v] = load(v * Isa::lanes);
        for (std::int64_t r = 0; r < n_rows; ++r) {
#pragma GCC unroll 8
            for (int v = 0; v < V; ++v) f(constants[v], (r * V + v) * Isa::lanes, Whole<Isa>{});
        }
    } else {
        for (std::int64_t r = 0; r < n_rows; ++r)
            for_vectors<Isa>(
                rows.width, [&](std::int64_t c, auto part)
                                __attribute__((always_inline)) { f(load(c), r * rows.width + c, part); });
    }
    for_vectors<Isa>(
        rows.count % rows.width, [&](std::int64_t c, auto part)
                                     __attribute__((always_inline)) { f(load(c), n_rows * rows.width + c, part); });
}

template <class Isa, Activation kind, bool residual>
void normalise_rows(Rows rows, const Normalise& args) {
    const Normalise a = args;  // stores cannot change a copy
    const auto load = [=](std::int64_t c) __attribute__((always_inline)) { return Column<Isa>::load(a.constants, c); };
    for_elements<Isa, Isa::registers / 8, Column<Isa>>(
        rows, load, [=](const Column<Isa>& k, std::int64_t i, auto part) __attribute__((always_inline)) {
            Vector<Isa> x = (part.load(a.src + i) - k.mean) * k.scale + k.shift;
            if constexpr (residual) x += part.load(a.residual + i);
            part.store(a.dst + i, activate<Isa, kind>(x));
        });
}

/// d = diff_dst * f'(x) at one vector. relu after a residual reads its mask off dst.
template <class Isa, Activation kind, bool residual, class Access>
[[gnu::always_inline]] inline Vector<Isa> through_activation(const NormaliseBackward& a, const Column<Isa>& k,
                                                             Vector<Isa> centred, std::int64_t i, Access part) {
    const Vector<Isa> diff = part.load(a.diff_dst + i);
    if constexpr (kind == Activation::none) return diff;
    if constexpr (kind == Activation::relu && residual) return differentiate<Isa, kind>(diff, part.load(a.dst + i));
    Vector<Isa> x = centred * k.scale + k.shift;
    if constexpr (residual) x += part.load(a.residual + i);
    return differentiate<Isa, kind>(diff, x);
}

template <class Isa, Activation kind, bool residual>
struct Reduce {
    NormaliseBackward a;
    std::int64_t offset, n_rows, width;

    template <int V, class Access>
    [[gnu::always_inline]] void run(std::int64_t column, Access part) const {
        Column<Isa> k[V];
        Vector<Isa> sums[V]{}, products[V]{};
#pragma GCC unroll 8
        for (int v = 0; v < V; ++v) k[v] = Column<Isa>::load(a.constants, column + v * Isa::lanes);
        for (std::int64_t r = 0; r < n_rows; ++r) {
#pragma GCC unroll 8
            for (int v = 0; v < V; ++v) {
                const std::int64_t i = offset + r * width + column + v * Isa::lanes;
                const Vector<Isa> centred = part.load(a.src + i) - k[v].mean;
                const Vector<Isa> diff = through_activation<Isa, kind, residual>(a, k[v], centred, i, part);
                if constexpr (residual || kind == Activation::swish) part.store(a.diff + i, diff);
                sums[v] += diff;
                products[v] += diff * centred;  // zero in lanes beyond a part: diff is
            }
        }
#pragma GCC unroll 8
        for (int v = 0; v < V; ++v) {
            float* sum = a.sums + column + v * Isa::lanes;
            float* product = sum + padded_width(width);
            Isa::store(sum, Isa::load(sum) + sums[v]);
            Isa::store(product, Isa::load(product) + products[v]);
        }
    }
};

template <class Isa, Activation kind, bool residual>
void reduce_rows(Rows rows, const NormaliseBackward& args) {
    clear<Isa>(args.sums, 2 * padded_width(rows.width));
    for_rows<Isa, Isa::registers / 8>(rows, [&](std::int64_t n_rows, std::int64_t offset) {
        return Reduce<Isa, kind, residual>{args, offset, n_rows, rows.width};
    });
}

template <class Isa>
struct BackwardColumn {
    Column<Isa> forward;
    Vector<Isa> slope, offset;
};

template <class Isa, bool relu>
void differentiate_rows(Rows rows, const NormaliseGradient& args) {
    const NormaliseGradient a = args;  // stores cannot change a copy
    const auto load = [=](std::int64_t c) __attribute__((always_inline)) {
        return BackwardColumn<Isa>{Column<Isa>::load(a.constants, c), Isa::load(a.slope + c), Isa::load(a.offset + c)};
    };
    for_elements<Isa, Isa::registers / 8, BackwardColumn<Isa>>(
        rows, load, [=](const BackwardColumn<Isa>& k, std::int64_t i, auto part) __attribute__((always_inline)) {
            const Vector<Isa> centred = part.load(a.src + i) - k.forward.mean;
            Vector<Isa> diff = part.load(a.diff + i);
            if constexpr (relu)
                diff = simd::differentiate<Isa, Activation::relu>(diff, centred * k.forward.scale + k.forward.shift);
            part.store(a.diff_src + i, k.forward.scale * (diff + k.offset) + k.slope * centred);
        });
}
template <class Isa>
void differentiate(Rows rows, const NormaliseGradient& args) {
    if (args.relu)
        differentiate_rows<Isa, true>(rows, args);
    else
        differentiate_rows<Isa, false>(rows, args);
}

/// Calls f.template run<activation, residual>().
template <class F>
[[gnu::always_inline]] inline void choose(Activation kind, bool residual, F f) {
    if (residual) {
        if (kind == Activation::relu) return f.template run<Activation::relu, true>();
        if (kind == Activation::swish) return f.template run<Activation::swish, true>();
        return f.template run<Activation::none, true>();
    }
    if (kind == Activation::relu) return f.template run<Activation::relu, false>();
    if (kind == Activation::swish) return f.template run<Activation::swish, false>();
    return f.template run<Activation::none, false>();
}

template <class Isa>
struct NormaliseChoice {
    Rows rows;
    const Normalise& args;
    template <Activation kind, bool residual>
    void run() const {
        normalise_rows<Isa, kind, residual>(rows, args);
    }
};
template <class Isa>
void normalise(Rows rows, const Normalise& args) {
    choose(args.activation, args.residual != nullptr, NormaliseChoice<Isa>{rows, args});
}

template <class Isa>
struct ReduceChoice {
    Rows rows;
    const NormaliseBackward& args;
    template <Activation kind, bool residual>
    void run() const {
        reduce_rows<Isa, kind, residual>(rows, args);
    }
};
template <class Isa>
void reduce(Rows rows, const NormaliseBackward& args) {
    choose(args.activation, args.residual_added, ReduceChoice<Isa>{rows, args});
}

}  // namespace hpnas::kernel::simd
