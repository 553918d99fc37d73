#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "hpnas/core/error.hpp"
#include "hpnas/core/rng.hpp"
#include "hpnas/linalg/decompositions.hpp"

namespace hpnas::linalg {
namespace {

using Values = std::vector<double>;
constexpr double eps = std::numeric_limits<double>::epsilon();

TEST(SymmetricEigen, TwoByTwoByHand) {
    // [2 1; 1 2]: 1 with (1, -1) / sqrt 2, and 3 with (1, 1) / sqrt 2.
    const auto [values, vectors] = symmetric_eigen(Values{2, 1, 1, 2}, 2);
    EXPECT_NEAR(values[0], 1, 4 * eps);
    EXPECT_NEAR(values[1], 3, 4 * eps);
    EXPECT_NEAR(vectors[0] * vectors[2], -0.5, 4 * eps);  // first column, signs are free
    EXPECT_NEAR(vectors[1] * vectors[3], 0.5, 4 * eps);
}

TEST(SymmetricEigen, SecondDifferenceMatrixHasCosineEigenvalues) {
    // Tridiagonal (-1, 2, -1): values 2 - 2 cos(j pi / (n + 1)), j = 1..n.
    constexpr std::size_t n = 40;
    Values a(n * n);
    for (std::size_t i = 0; i < n; ++i) {
        a[i * n + i] = 2;
        if (i > 0) a[i * n + i - 1] = -1;
    }
    const Values values = symmetric_eigenvalues(a, n);
    ASSERT_EQ(values.size(), n);
    for (std::size_t j = 0; j < n; ++j)  // backward stable: n * eps * norm 4
        EXPECT_NEAR(values[j], 2 - 2 * std::cos(static_cast<double>(j + 1) * std::numbers::pi / (n + 1)), 4 * n * eps);
}

TEST(SymmetricEigen, EmptyAndBadInput) {
    EXPECT_TRUE(symmetric_eigenvalues({}, 0).empty());
    EXPECT_TRUE(symmetric_eigen({}, 0).values.empty());
    EXPECT_THROW(symmetric_eigen(Values(3), 2), ShapeError);
    EXPECT_THROW(symmetric_eigen(Values{1, 0, 0, std::numeric_limits<double>::infinity()}, 2), InternalError);
}

TEST(Svd, TwoByThreeByHand) {
    // A A^T of [3 2 2; 2 3 -2] is [17 8; 8 17] with eigenvalues 25 and 9.
    const Values a{3, 2, 2, 2, 3, -2};
    const Values values = singular_values(a, 2, 3);
    ASSERT_EQ(values.size(), 2U);
    EXPECT_NEAR(values[0], 5, 20 * eps);
    EXPECT_NEAR(values[1], 3, 20 * eps);
}

TEST(Svd, FactorsMultiplyToTheMatrixAndAreOrthonormal) {
    constexpr std::size_t rows = 30, columns = 18;  // above the size where the solver divides and conquers
    Rng rng(1, Purpose::test);
    Values a(rows * columns);
    for (double& v : a) v = rng.normal();
    const Svd s = svd(a, rows, columns);
    ASSERT_EQ(s.u.size(), rows * columns);
    ASSERT_EQ(s.vt.size(), columns * columns);
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < columns; ++j) {
            double product = 0, dot = 0;
            for (std::size_t r = 0; r < columns; ++r)
                product += s.u[i * columns + r] * s.values[r] * s.vt[r * columns + j];
            EXPECT_NEAR(product, a[i * columns + j], 1e-12);  // 18 * eps * norm 10 = 4e-14
            if (i >= columns) continue;
            for (std::size_t r = 0; r < columns; ++r) dot += s.vt[i * columns + r] * s.vt[j * columns + r];
            EXPECT_NEAR(dot, i == j ? 1.0 : 0.0, 1e-13);
        }
    EXPECT_TRUE(std::is_sorted(s.values.rbegin(), s.values.rend()));
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
