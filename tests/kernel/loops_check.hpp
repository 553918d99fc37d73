#pragma once
#include <cmath>
#include <utility>

#include "hpnas/kernel/engine.hpp"
#include "kernel/exact.hpp"
#include "kernel/loops.hpp"
#include "kernel/loops_rows_check.hpp"

/// Checks of the loops of one instruction set against definitions in double precision: each of them is tested on every
/// machine that can run it, not just the one that loops() chooses there. Inputs are small integers over powers of two,
/// so that sums are exact.
namespace hpnas::kernel::exact {

using reference::Values;

constexpr std::int64_t widths[] = {1, 3, 16, 20, 32, 64, 96, 100, 200};

/// Constants of a row: zero beyond `width`.
inline Buffer constants(std::int64_t width, std::uint64_t seed) {
    std::vector<float> padded(static_cast<std::size_t>(padded_width(width)));
    const std::vector<float> x = values(width, seed, 16);
    std::copy(x.begin(), x.end(), padded.begin());
    return Buffer(padded);
}

inline void check_elementwise(const Loops& run) {
    for (const std::int64_t n : {0, 1, 5, 16, 17, 63, 200}) {
        const Buffer a(rough_values(n, 1)), b(rough_values(n, 2)), out(n);
        const Values x = as_double(a.values()), y = as_double(b.values());
        Values sum(a.size()), scaled(a.size());
        for (std::size_t i = 0; i < a.size(); ++i) sum[i] = x[i] + y[i], scaled[i] = 1.5 * x[i] + y[i];
        run.add(a.data(), b.data(), out.data(), n);
        expect_near(out, sum, 1e-7, "add");  // one rounding
        run.scale(1.5F, a.data(), b.data(), out.data(), n);
        expect_near(out, scaled, 2e-7, "scale");  // two roundings
        for (const auto kind : {Activation::none, Activation::relu, Activation::swish, Activation::sigmoid,
                                Activation::gelu, Activation::tanh, Activation::leaky_relu, Activation::relu6}) {
            run.activation_forward(kind, a.data(), out.data(), n);
            expect_near(out, reference::activation_forward(kind, x), 1e-6, "activation_forward");
            run.activation_backward(kind, a.data(), b.data(), out.data(), n);
            expect_near(out, reference::activation_backward(kind, x, y), 1e-6, "activation_backward");
        }
    }
}

inline void check_weighted_sum(const Loops& run) {
    for (const std::int64_t n : {1, 16, 63})
        for (int terms = 1; terms <= WeightedTerms::most; ++terms) {
            std::vector<Buffer> src, diff_src;
            const Buffer residual(values(n, 9)), diff(values(n, 8)), dst(n);
            Values sum = as_double(residual.values()), products;
            WeightedTerms t{};
            for (t.n = 0; t.n < terms; ++t.n) {
                src.emplace_back(values(n, static_cast<std::uint64_t>(t.n)));
                diff_src.emplace_back(n);
                t.src[t.n] = src.back().data();
                t.diff_src[t.n] = diff_src.back().data();
                t.weights[t.n] = static_cast<float>(t.n + 2);
                products.push_back(0);
                for (std::size_t i = 0; i < sum.size(); ++i) {
                    sum[i] += (t.n + 2.0) * static_cast<double>(src.back().data()[i]);
                    products.back() += static_cast<double>(src.back().data()[i] * diff.data()[i]);
                }
            }
            run.weighted_sum(t, residual.data(), dst.data(), n);
            expect_equal(dst, sum, "weighted_sum");
            run.weighted_sum_backward(t, diff.data(), n);
            for (int k = 0; k < terms; ++k) {
                Values scaled = as_double(diff.values());
                for (double& x : scaled) x *= k + 2;
                expect_equal(diff_src[static_cast<std::size_t>(k)], scaled, "diff_src");
                EXPECT_EQ(static_cast<double>(t.products[k]), products[static_cast<std::size_t>(k)]);
            }
        }
}

inline void check_dropout(const Loops& run) {
    const Buffer src(rough_values(1001, 1)), got(1001), expected(1001);
    for (const std::int64_t begin :
         {std::int64_t{0}, std::int64_t{12}, std::int64_t{1} << 33, (std::int64_t{1} << 33) - 10}) {
        const DropoutRange range{123456789, 987654321, 0x90000000, 1.75F, begin, 1001};
        run.dropout(range, src.data(), got.data());
        loops_baseline.dropout(range, src.data(), expected.data());
        EXPECT_TRUE(got.intact());
        EXPECT_EQ(got.values(), expected.values()) << "begin " << begin;
    }
}

/// Same bits as the baseline, whose products are not contracted.
inline void check_normal(const Loops& run) {
    const Buffer got(1001), expected(1001);
    for (const std::int64_t begin : {std::int64_t{0}, std::int64_t{64}, (std::int64_t{1} << 33) - 64}) {
        const NormalRange range{123456789, 987654321, 1.7F, begin, 1001};
        run.normal(range, got.data());
        loops_baseline.normal(range, expected.data());
        EXPECT_TRUE(got.intact());
        EXPECT_EQ(got.values(), expected.values()) << "begin " << begin;
    }
}

inline void check_sums(const Loops& run) {
    for (const std::int64_t width : widths)
        for (const std::int64_t count : {width, 7 * width, 7 * width + width / 3, width / 2}) {
            if (count == 0) continue;
            const Buffer src(values(count, 1, 8)), shift = constants(width, 2), sum(padded_width(width)),
                                                   squares(padded_width(width));
            Values expected_sum(sum.size()), expected_squares(sum.size());
            for (std::size_t i = 0; i < src.size(); ++i) {
                const std::size_t c = i % static_cast<std::size_t>(width);
                const double x = static_cast<double>(src.data()[i]) - static_cast<double>(shift.data()[c]);
                expected_sum[c] += x;
                expected_squares[c] += x * x;
            }
            run.sums({count, width}, src.data(), shift.data(), sum.data(), squares.data());
            expect_equal(sum, expected_sum, "sum");
            expect_equal(squares, expected_squares, "squares");
            Values totals(sum.size(), 0.5);
            run.accumulate(sum.data(), totals.data(), width);
            for (std::size_t c = 0; c < totals.size(); ++c)
                EXPECT_EQ(totals[c], 0.5 + (c < static_cast<std::size_t>(width) ? expected_sum[c] : 0.0)) << c;
        }
}

inline void check_uniform(const Loops& run) {
    for (const std::int64_t count : {0, 1, 3, 4, 15, 16, 17, 63, 64, 100}) {
        std::vector<float> got(static_cast<std::size_t>(count) + 1, 7.0F), expected = got;
        const UniformRange range{0x12345678U, 0x9abcdef0U, 1, 0xdeadbeefU, 42, -0.3, 0.7, count};
        run.uniform(range, got.data());
        loops_baseline.uniform(range, expected.data());
        EXPECT_EQ(got, expected) << run.name << " " << count;
        EXPECT_EQ(got.back(), 7.0F);
    }
}

/// normalise, reduce and differentiate against their definitions in loops.hpp.
inline void check_normalise(const Loops& run, std::int64_t width, std::int64_t count, Activation kind, bool residual) {
    SCOPED_TRACE(testing::Message() << width << " columns, " << count << " floats, activation "
                                    << static_cast<int>(kind) << residual);
    const Buffer mean = constants(width, 1), scale = constants(width, 2), shift = constants(width, 3),
                 slope = constants(width, 4), offset = constants(width, 5);
    const Buffer src(values(count, 6, 16)), added(values(count, 7, 16)), diff_dst(values(count, 8, 16));
    const Buffer dst(count), sums(2 * padded_width(width)), diff_src(count), diff(count);
    Values x(src.size()), centred(src.size()), expected_sums(sums.size()), expected_diff(src.size());
    for (std::size_t i = 0; i < src.size(); ++i) {
        const std::size_t c = i % static_cast<std::size_t>(width);
        centred[i] = static_cast<double>(src.data()[i]) - static_cast<double>(mean.data()[c]);
        x[i] = centred[i] * static_cast<double>(scale.data()[c]) + static_cast<double>(shift.data()[c]) +
               (residual ? static_cast<double>(added.data()[i]) : 0.0);
    }
    const Values d = reference::activation_backward(kind, x, as_double(diff_dst.values()));
    for (std::size_t i = 0; i < src.size(); ++i) {
        const std::size_t c = i % static_cast<std::size_t>(width);
        expected_sums[c] += d[i];
        expected_sums[sums.size() / 2 + c] += d[i] * centred[i];
        expected_diff[i] = static_cast<double>(scale.data()[c]) * (d[i] + static_cast<double>(offset.data()[c])) +
                           static_cast<double>(slope.data()[c]) * centred[i];
    }
    const double tolerance =
        kind == Activation::swish ? 1e-5 : 0.0;  // sums of a few numbers up to 30, each to within 1e-6
    const NormaliseConstants k{mean.data(), scale.data(), shift.data()};
    run.normalise({count, width}, {kind, k, src.data(), residual ? added.data() : nullptr, dst.data()});
    expect_near(dst, reference::activation_forward(kind, x), tolerance, "normalise");
    const bool kept = residual || kind == Activation::swish;
    run.reduce({count, width},
               {kind, residual, k, src.data(), dst.data(), added.data(), diff_dst.data(), diff.data(), sums.data()});
    expect_near(sums, expected_sums, tolerance, "reduce");
    if (kept) expect_near(diff, d, tolerance, "diff");
    run.differentiate({count, width}, {kind == Activation::relu && !kept, k, slope.data(), offset.data(), src.data(),
                                       kept ? diff.data() : diff_dst.data(), diff_src.data()});
    expect_near(diff_src, expected_diff, tolerance, "differentiate");
}

inline void check_columns(const Loops& run) {
    for (const std::int64_t width : widths) {
        const std::int64_t n_rows = 9, count = n_rows * width;
        const Rows rows{count, width};
        const Buffer a(values(count, 1, 8)), b(values(count, 2, 8)), factors(values(width, 3, 8)),
            offsets(values(width, 4, 8));
        const Buffer per_row(values(n_rows, 5, 8)), sum(width), products(width), scaled(count), vector(n_rows),
            combined(width);
        Values expected_sum(sum.size()), expected_products(sum.size()), expected_scaled(a.size()),
            expected_vector(vector.size()), expected_combined(sum.size());
        for (std::size_t r = 0; r < vector.size(); ++r) expected_vector[r] = static_cast<double>(per_row.data()[r]);
        for (std::size_t i = 0; i < a.size(); ++i) {
            const std::size_t c = i % sum.size(), r = i / sum.size();
            const double x = static_cast<double>(a.data()[i]), f = static_cast<double>(factors.data()[c]);
            expected_sum[c] += x;
            expected_products[c] += x * static_cast<double>(b.data()[i]);
            expected_scaled[i] = x * f + static_cast<double>(offsets.data()[c]);
            expected_vector[r] += x * f;
            expected_combined[c] += x * static_cast<double>(per_row.data()[r]);
        }
        run.column_sums(rows, a.data(), nullptr, sum.data());
        expect_equal(sum, expected_sum, "column_sums");
        run.column_sums(rows, a.data(), b.data(), products.data());
        expect_equal(products, expected_products, "column_sums of products");
        run.scale_columns(rows, a.data(), factors.data(), offsets.data(), scaled.data());
        expect_equal(scaled, expected_scaled, "scale_columns");
        run.matrix_vector(rows, a.data(), factors.data(), per_row.data(), vector.data());
        expect_equal(vector, expected_vector, "matrix_vector");
        for (std::size_t r = 0; r < vector.size(); ++r) expected_vector[r] -= static_cast<double>(per_row.data()[r]);
        run.matrix_vector(rows, a.data(), factors.data(), nullptr, vector.data());
        expect_equal(vector, expected_vector, "matrix_vector without bias");
        run.combine({per_row.data(), 1, a.data(), width, n_rows, width}, combined.data());
        expect_equal(combined, expected_combined, "combine");
    }
}

inline void check_pooling(const Loops& run) {
    for (const auto kind : {PoolingKind::maximum, PoolingKind::average, PoolingKind::average_with_pads})
        for (const std::int64_t c : {1, 3, 16, 20, 100}) {
            const PoolingShape s{.n = 1, .h = 6, .w = 5, .c = c, .window = Window::square(3, 2), .kind = kind};
            const Pooling sizes(s);
            const Buffer src(values(s.h * s.w * c, 1, 8)), dst(sizes.out_h() * sizes.out_w() * c),
                diff_src(s.h * s.w * c);
            const Buffer diff_dst(values(sizes.out_h() * sizes.out_w() * c, 2, 8));
            const PoolingPart part{&s,         sizes.out_h(),   sizes.out_w(),  0, sizes.out_h(), 0, c, src.data(),
                                   dst.data(), diff_dst.data(), diff_src.data()};
            run.pool_forward(part);
            expect_near(dst, reference::pooling_forward(s, as_double(src.values())), 1e-6, "pool_forward");
            run.pool_backward(part);
            expect_near(diff_src, reference::pooling_backward(s, as_double(src.values()), as_double(diff_dst.values())),
                        1e-6, "pool_backward");
        }
}

inline void check_loops(const Loops& run) {
    check_elementwise(run);
    check_weighted_sum(run);
    check_dropout(run);
    check_normal(run);
    check_uniform(run);
    check_sums(run);
    for (const std::int64_t width : widths)
        for (const std::int64_t count : {std::max<std::int64_t>(1, width / 2), 5 * width, 5 * width + width / 3})
            for (const auto kind : {Activation::none, Activation::relu, Activation::swish})
                for (const bool residual : {false, true}) check_normalise(run, width, count, kind, residual);
    check_columns(run);
    check_pooling(run);
    check_multiply(run);
    check_row_products(run);
    check_copies(run);
    check_softmax(run);
    check_positions(run);
    check_layer_norm(run);
}

}  // namespace hpnas::kernel::exact
