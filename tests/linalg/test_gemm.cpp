#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/core/rng.hpp"
#include "hpnas/linalg/gemm.hpp"

namespace hpnas::linalg {
namespace {

template <class T>
class GemmOf : public ::testing::Test {};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(GemmOf, Types);

TYPED_TEST(GemmOf, TwoByThreeTimesThreeByTwoByHand) {
    using T = TypeParam;
    const std::vector<T> a{1, 2, 3, 4, 5, 6};
    const std::vector<T> b{7, 8, 9, 10, 11, 12};
    std::vector<T> dst(4, std::numeric_limits<T>::quiet_NaN());  // beta = 0 must not read it
    gemm(Gemm<T>{.m = 2, .n = 2, .k = 3}, a, b, dst);
    EXPECT_EQ(dst, (std::vector<T>{58, 64, 139, 154}));
    gemm(Gemm<T>{.m = 2, .n = 2, .k = 3, .alpha = 2, .beta = -1}, a, b, dst);  // 2 x - x = x
    EXPECT_EQ(dst, (std::vector<T>{58, 64, 139, 154}));
}

TYPED_TEST(GemmOf, EveryTransposeAgreesWithTheDefinition) {
    using T = TypeParam;
    constexpr std::size_t m = 5, n = 7, k = 3;
    Rng rng(1, Purpose::test);
    std::vector<T> a(m * k), b(k * n);
    // Small integers: every product and sum is exact, so the comparison is too.
    for (T& v : a) v = static_cast<T>(rng.below(9)) - 4;
    for (T& v : b) v = static_cast<T>(rng.below(9)) - 4;
    for (const bool ta : {false, true})
        for (const bool tb : {false, true}) {
            std::vector<T> dst(m * n), expected(m * n);
            for (std::size_t i = 0; i < m; ++i)
                for (std::size_t j = 0; j < n; ++j)
                    for (std::size_t l = 0; l < k; ++l)
                        expected[i * n + j] += a[ta ? l * m + i : i * k + l] * b[tb ? j * k + l : l * n + j];
            gemm(Gemm<T>{.m = m, .n = n, .k = k, .transpose_a = ta, .transpose_b = tb}, a, b, dst);
            EXPECT_EQ(dst, expected);
        }
}

TYPED_TEST(GemmOf, EmptyInnerDimensionScales) {
    using T = TypeParam;
    std::vector<T> dst{1, 2};
    gemm(Gemm<T>{.m = 1, .n = 2, .k = 0, .beta = 3}, std::vector<T>{}, std::vector<T>{}, dst);
    EXPECT_EQ(dst, (std::vector<T>{3, 6}));
}

TYPED_TEST(GemmOf, WrongSizesThrow) {
    using T = TypeParam;
    const std::vector<T> six(6);
    std::vector<T> dst(4);
    EXPECT_THROW(gemm(Gemm<T>{.m = 2, .n = 3, .k = 3}, six, six, dst), ShapeError);
    EXPECT_THROW(gemm(Gemm<T>{.m = 2, .n = 2, .k = 2}, six, six, dst), ShapeError);
}

}  // namespace
}  // namespace hpnas::linalg
