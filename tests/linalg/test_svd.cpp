#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/core/rng.hpp"
#include "hpnas/linalg/svd.hpp"

namespace hpnas::linalg {
namespace {

using Values = std::vector<double>;
constexpr double eps = std::numeric_limits<double>::epsilon();

TEST(Svd, TwoByThreeByHand) {
    // A A^T of [3 2 2; 2 3 -2] is [17 8; 8 17] with eigenvalues 25 and 9.
    const Values a{3, 2, 2, 2, 3, -2};
    const Values values = singular_values(a, 2, 3);
    ASSERT_EQ(values.size(), 2U);
    EXPECT_NEAR(values[0], 5, 20 * eps);
    EXPECT_NEAR(values[1], 3, 20 * eps);
}

/// Largest deviation from the identity of the products of the columns of x [rows, n] with each other.
double deviation_from_orthonormal(const Values& x, std::size_t rows, std::size_t n) {
    double worst = 0;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) {
            double dot = 0;
            for (std::size_t r = 0; r < rows; ++r) dot += x[r * n + i] * x[r * n + j];
            worst = std::max(worst, std::abs(dot - (i == j ? 1.0 : 0.0)));
        }
    return worst;
}

TEST(Svd, FactorsMultiplyToTheMatrixAndAreOrthonormal) {
    for (const auto& [rows, columns] : std::vector<std::pair<std::size_t, std::size_t>>{{30, 18}, {18, 30}, {1, 4}}) {
        Rng rng(1, Purpose::test);
        Values a(rows * columns);
        for (double& v : a) v = rng.normal();
        const Svd s = svd(a, rows, columns);
        const std::size_t rank = std::min(rows, columns);
        ASSERT_EQ(s.u.size(), rows * rank);
        ASSERT_EQ(s.vt.size(), rank * columns);
        for (std::size_t i = 0; i < rows; ++i)
            for (std::size_t j = 0; j < columns; ++j) {
                double product = 0;
                for (std::size_t r = 0; r < rank; ++r)
                    product += s.u[i * rank + r] * s.values[r] * s.vt[r * columns + j];
                EXPECT_NEAR(product, a[i * columns + j], 1e-12);  // 18 * eps * norm 10 = 4e-14
            }
        Values v(columns * rank);
        for (std::size_t i = 0; i < rank; ++i)
            for (std::size_t j = 0; j < columns; ++j) v[j * rank + i] = s.vt[i * columns + j];
        EXPECT_LT(deviation_from_orthonormal(s.u, rows, rank), 1e-13);
        EXPECT_LT(deviation_from_orthonormal(v, columns, rank), 1e-13);
        EXPECT_TRUE(std::is_sorted(s.values.rbegin(), s.values.rend()));
        EXPECT_EQ(singular_values(a, rows, columns).size(), rank);
    }
}

TEST(Svd, RankOneEmptyAndBadInput) {
    const Values values = singular_values(Values{1, 2, 2, 4}, 2, 2);  // (1, 2)^T (1, 2): norm 5, rank 1
    EXPECT_NEAR(values[0], 5, 10 * eps);
    EXPECT_NEAR(values[1], 0, 10 * eps);
    EXPECT_TRUE(singular_values({}, 0, 3).empty());
    EXPECT_THROW(svd(Values(5), 2, 3), ShapeError);
    EXPECT_THROW(svd(Values{std::numeric_limits<double>::quiet_NaN()}, 1, 1), InternalError);
}

}  // namespace
}  // namespace hpnas::linalg
