#include <gtest/gtest.h>
#include <omp.h>

#include <cmath>

#include "hpnas/score/feature_matrix.hpp"

namespace hpnas {
namespace {

TEST(TransposedProduct, IsTheSumOfOuterProducts) {
    const std::vector<float> a{1, 2, 3, 4, 5, 6}, b{1, 0, 2};  // [3, 2], [3, 1]
    EXPECT_EQ(transposed_product(a, b, 3), (std::vector<double>{11, 14}));
}

TEST(TransposedProduct, SameBitsForAnyNumberOfThreads) {
    std::vector<float> a(1000 * 7);
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<float>(std::sin(static_cast<double>(i)));
    const int before = omp_get_max_threads();
    omp_set_num_threads(1);
    const auto one = transposed_product(a, a, 1000);
    omp_set_num_threads(2);
    EXPECT_EQ(transposed_product(a, a, 1000), one);
    omp_set_num_threads(before);
}

TEST(Covariance, IsThatOfTheColumns) {
    // Columns 1, 2, 3 and 5, 5, 8: means 2 and 6.
    const std::vector<float> x{1, 5, 2, 5, 3, 8};
    const std::vector<double> got = covariance(x, 3), expected{2.0 / 3, 1, 1, 2};
    for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(got[i], expected[i], 1e-6);
}

TEST(GramSingularValues, OfTallAndWideMatrices) {
    // diag(3, 4) with a row or a column of zeros
    EXPECT_EQ(gram_singular_values(std::vector<double>{3, 0, 0, 4, 0, 0}, 3, 2), (std::vector<double>{3, 4}));
    EXPECT_EQ(gram_singular_values(std::vector<double>{3, 0, 0, 0, 4, 0}, 2, 3), (std::vector<double>{3, 4}));
}

TEST(FrobeniusNorm, IsTheRootOfTheSumOfSquares) {
    EXPECT_EQ(frobenius_norm(std::vector<float>{3, 0, -4}), 5);
    EXPECT_EQ(frobenius_norm({}), 0);
}

}  // namespace
}  // namespace hpnas
