#pragma once
#include <vector>

#include "hpnas/kernel/reference_sequence.hpp"
#include "kernel/exact.hpp"
#include "kernel/loops.hpp"

/// Checks of the loops that attention and layer norm are made of; see loops_check.hpp.
namespace hpnas::kernel::exact {

using reference::Values;

inline void check_multiply(const Loops& run) {
    for (const std::int64_t m : {1, 5, 6, 8, 13, 49})
        for (const std::int64_t n : {1, 7, 16, 17, 33, 64, 77, 209})
            for (const std::int64_t k : {1, 12}) {
                const std::int64_t row = padded_width(n);
                const Buffer a(values(m * k, 1, 8)), b(values(k * row, 2, 8)), c(m * n), transposed(m * n);
                const Buffer bias(values(row, 3, 8)), residual(values(m * n, 4, 8));
                std::vector<float> columns(a.size());
                Values expected(c.size(), 0);
                for (std::int64_t i = 0; i < m; ++i)
                    for (std::int64_t p = 0; p < k; ++p) {
                        columns[static_cast<std::size_t>(p * m + i)] = a.data()[i * k + p];
                        for (std::int64_t j = 0; j < n; ++j)
                            expected[static_cast<std::size_t>(i * n + j)] +=
                                static_cast<double>(a.data()[i * k + p]) * static_cast<double>(b.data()[p * row + j]);
                    }
                run.multiply({a.data(), k, 1, b.data(), row, c.data(), n, m, n, k});
                expect_equal(c, expected, "multiply");
                run.multiply({columns.data(), 1, m, b.data(), row, transposed.data(), n, m, n, k});
                expect_equal(transposed, expected, "multiply by columns");
                for (std::size_t i = 0; i < expected.size(); ++i)
                    expected[i] += static_cast<double>(bias.data()[i % static_cast<std::size_t>(n)]) +
                                   static_cast<double>(residual.data()[i]);
                std::copy_n(residual.data(), residual.size(), c.data());
                run.multiply({a.data(), k, 1, b.data(), row, c.data(), n, m, n, k, bias.data(), c.data()});
                expect_equal(c, expected, "multiply with bias and residual");
            }
}

inline void check_copies(const Loops& run) {
    for (const std::int64_t rows : {1, 4, 16, 21})
        for (const std::int64_t columns : {1, 3, 8, 16, 37}) {
            const std::int64_t across = padded_width(rows), along = padded_width(columns), gap = columns + 2;
            const Buffer src(values(rows * gap, 1)), turned(columns * across), copied(rows * along);
            Values expected(copied.size(), 0), expected_turned(turned.size(), 0);
            for (std::int64_t r = 0; r < rows; ++r)
                for (std::int64_t c = 0; c < columns; ++c) {
                    const double x = static_cast<double>(src.data()[r * gap + c]);
                    expected[static_cast<std::size_t>(r * along + c)] = x;
                    expected_turned[static_cast<std::size_t>(c * across + r)] = x;
                }
            std::fill_n(turned.data(), turned.size(), 0.0F);  // narrow vectors write less than the widest
            std::fill_n(copied.data(), copied.size(), 0.0F);
            run.transpose({src.data(), gap, rows, columns, turned.data(), across});
            expect_equal(turned, expected_turned, "transpose");
            run.copy_rows({src.data(), gap, rows, columns, copied.data(), along});
            expect_equal(copied, expected, "copy_rows");
        }
}

inline void check_softmax(const Loops& run) {
    for (const std::int64_t keys : {1, 5, 16, 23, 40})
        for (const bool masked : {false, true}) {
            const Buffer row(rough_values(48, 1)), diff(rough_values(48, 2));
            std::vector<float> keep(static_cast<std::size_t>(keys), 1.0F);
            for (std::size_t j = 1; masked && j < keep.size(); j += 2) keep[j] = 0.0F;
            const Values logits = as_double(row.values()), diff_p = as_double(diff.values());
            Values p(48, 0), expected = diff_p;
            double sum = 0, mean = 0;
            for (std::size_t j = 0; j < keep.size(); ++j) sum += p[j] = keep[j] > 0 ? std::exp(logits[j] * 0.5) : 0;
            for (double& x : p) x /= sum;
            for (std::size_t j = 0; j < keep.size(); ++j) mean += p[j] * diff_p[j];
            for (std::size_t j = 0; j < keep.size(); ++j) expected[j] = 0.5 * p[j] * (diff_p[j] - mean);
            run.softmax({row.data(), masked ? keep.data() : nullptr, 0.5F, keys, 48});
            expect_near(row, p, 1e-6, "softmax");
            run.softmax_backward(row.data(), diff.data(), 0.5F, keys);
            expect_near(diff, expected, 1e-6, "softmax_backward");
            std::fill(keep.begin(), keep.end(), 0.0F);
            run.softmax({row.data(), keep.data(), 0.5F, keys, 48});
            expect_equal(row, Values(48, 0), "softmax of nothing");
        }
}

inline void check_positions(const Loops& run) {
    for (const std::int64_t keys : {1, 2, 17, 54})
        for (const std::int64_t most : {1, 4, 20}) {
            const AttentionShape shape{.queries = keys, .keys = keys, .max_distance = most};
            const std::int64_t table = shape.table_rows();
            const auto side = static_cast<std::int64_t>(std::sqrt(static_cast<double>(keys - 1)));
            for (std::int64_t query = 0; query < keys; query += 3) {
                const Buffer row(values(keys, 1, 8)), ends(values(2 * table, 2, 8));
                Values expected = as_double(row.values()), sums(ends.size(), 0);
                for (std::int64_t j = 0; j < keys; ++j) {
                    const RelativePosition p = relative_position(shape, query, j);
                    double& x = expected[static_cast<std::size_t>(j)];
                    x += static_cast<double>(ends.data()[p.vertical]) +
                         static_cast<double>(ends.data()[table + p.horizontal]);
                    sums[static_cast<std::size_t>(p.vertical)] += x;
                    sums[static_cast<std::size_t>(table + p.horizontal)] += x;
                }
                run.add_positions({row.data(), ends.data(), side, keys - 1, most, query});
                expect_equal(row, expected, "add_positions");
                run.sum_positions({row.data(), ends.data(), side, keys - 1, most, query});
                expect_equal(ends, sums, "sum_positions");
            }
        }
}

inline void check_layer_norm(const Loops& run) {
    for (const std::int64_t width : {3, 5, 16, 19, 192}) {
        const LayerNormShape shape{.rows = 3, .width = width};
        const Buffer src(rough_values(3 * width, 1)), gamma(rough_values(width, 2)), beta(rough_values(width, 3)),
            diff_dst(rough_values(3 * width, 4)), dst(3 * width), statistics(6),
            diff_gamma(std::vector<float>(gamma.size(), 0.0F)), diff_beta(std::vector<float>(gamma.size(), 0.0F));
        const reference::LayerNormInput input{as_double(src.values()), as_double(gamma.values()),
                                              as_double(beta.values())};
        const reference::LayerNormInput diff =
            reference::layer_norm_backward(shape, input, as_double(diff_dst.values()));
        run.layer_norm_forward(shape, {src.data(), gamma.data(), beta.data(), dst.data(), statistics.data()});
        expect_near(dst, reference::layer_norm_forward(shape, input), 2e-6, "layer_norm_forward");
        run.layer_norm_backward(shape, {src.data(), gamma.data(), statistics.data(), diff_dst.data(), diff_dst.data(),
                                        diff_gamma.data(), diff_beta.data()});
        expect_near(diff_dst, diff.src, 5e-6, "layer_norm_backward");  // differences of a few numbers of order 1
        expect_near(diff_gamma, diff.gamma, 2e-6, "diff_gamma");
        expect_near(diff_beta, diff.beta, 1e-6, "diff_beta");
    }
}

/// Rows of numbers whose products need more bits than a float has; what lies between rows and above the diagonal stays.
inline void check_row_products(const Loops& run) {
    for (const std::int64_t n : {1, 3, 4, 7, 13, 64})
        for (const std::int64_t width : {1, 5, 8, 16, 43}) {
            const std::int64_t stride = width + 3;
            std::vector<float> values(static_cast<std::size_t>((n - 1) * stride + width));
            Rng rng(1, Purpose::test);
            for (float& x : values) x = static_cast<float>(rng.below(1 << 23)) - 4194304.0F;
            const Buffer rows(values);
            const double before = 0.5;
            std::vector<double> products(static_cast<std::size_t>(n * n), before);
            run.add_row_products({rows.data(), n, width, stride, products.data()});
            for (std::int64_t i = 0; i < n; ++i)
                for (std::int64_t j = 0; j < n; ++j) {
                    double expected = before;
                    for (std::int64_t k = 0; k < width && j <= i; ++k)
                        expected += static_cast<double>(rows.data()[i * stride + k]) *
                                    static_cast<double>(rows.data()[j * stride + k]);
                    ASSERT_EQ(products[static_cast<std::size_t>(i * n + j)], expected)
                        << run.name << ", " << n << " rows of " << width << ": " << i << ", " << j;
                }
        }
}

}  // namespace hpnas::kernel::exact
