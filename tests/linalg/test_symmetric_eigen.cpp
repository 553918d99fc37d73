#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "hpnas/core/error.hpp"
#include "hpnas/linalg/symmetric_eigen.hpp"

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

}  // namespace
}  // namespace hpnas::linalg
