#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/linalg/cholesky.hpp"

namespace hpnas::linalg {
namespace {

using Values = std::vector<double>;

TEST(Cholesky, TextbookThreeByThree) {
    // [4 12 -16; 12 37 -43; -16 -43 98] = L L^T with L = [2; 6 1; -8 5 3] (integer arithmetic). The upper triangle is
    // not read.
    constexpr double junk = 1e9;
    Values a{4, junk, junk, 12, 37, junk, -16, -43, 98};
    ASSERT_TRUE(cholesky(a, 3));
    EXPECT_EQ(a, (Values{2, 0, 0, 6, 1, 0, -8, 5, 3}));
}

TEST(Cholesky, RefusesWhatIsNotPositiveDefinite) {
    Values indefinite{1, 2, 2, 1};  // eigenvalues 3 and -1
    EXPECT_FALSE(cholesky(indefinite, 2));
    Values nan{1, 0, 0, std::numeric_limits<double>::quiet_NaN()};
    EXPECT_FALSE(cholesky(nan, 2));
    Values three(3);
    EXPECT_THROW(static_cast<void>(cholesky(three, 2)), ShapeError);
    Values none;
    EXPECT_TRUE(cholesky(none, 0));
}

TEST(Cholesky, JitterIsTheSmallestThatHelps) {
    Values good{4, 2, 2, 5};
    EXPECT_EQ(cholesky_with_jitter(good, 2), 0.0);
    EXPECT_EQ(good, (Values{2, 0, 1, 2}));
    // Eigenvalues 2 + 1e-9 and -1e-9: 1e-9 on the diagonal would leave zero, so 1e-8 is the first power of ten that
    // helps.
    Values bad{1, 1 + 1e-9, 1 + 1e-9, 1};
    EXPECT_NEAR(cholesky_with_jitter(bad, 2), 1e-8, 1e-20);
    Values hopeless{1, 2, 2, 1};
    EXPECT_THROW(cholesky_with_jitter(hopeless, 2), InternalError);
}

TEST(Cholesky, TriangularSolvesByHand) {
    const Values l{2, 0, 1, 4};
    Values b{2, 4, 9, 14};  // columns (2, 9) and (4, 14)
    solve_lower(l, b, 2, 2);
    EXPECT_EQ(b, (Values{1, 2, 2, 3}));  // x1 = b1 / 2, x2 = (b2 - x1) / 4
    Values c{4, 8};
    solve_lower_transposed(l, c, 2);
    EXPECT_EQ(c, (Values{1, 2}));  // x2 = 8 / 4, x1 = (4 - x2) / 2
    EXPECT_THROW(solve_lower(l, c, 3), ShapeError);
}

TEST(Cholesky, SolvesASystemOfTheSecondDifferenceMatrix) {
    // Tridiagonal (-1, 2, -1) x = 1 has the solution x_i = (i + 1)(n - i) / 2.
    constexpr std::size_t n = 60;
    Values a(n * n), x(n, 1.0);
    for (std::size_t i = 0; i < n; ++i) {
        a[i * n + i] = 2;
        if (i > 0) a[i * n + i - 1] = -1;
    }
    ASSERT_TRUE(cholesky(a, n));
    solve_lower(a, x, n);
    solve_lower_transposed(a, x, n);
    // Condition number 4 (n + 1)^2 / pi^2 = 1500 times eps times the largest x, 465: 1.6e-10.
    for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(x[i], static_cast<double>((i + 1) * (n - i)) / 2, 2e-10);
}

}  // namespace
}  // namespace hpnas::linalg
