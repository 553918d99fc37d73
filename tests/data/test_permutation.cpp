#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "hpnas/data/permutation.hpp"

namespace hpnas {
namespace {

TEST(KeyedPermutation, IsABijectionForEverySize) {
    for (std::int64_t n : {1, 2, 3, 4, 5, 7, 16, 17, 63, 64, 65, 1000, 4097}) {
        const KeyedPermutation order(n, 5, 9);
        std::vector<int> hits(static_cast<std::size_t>(n), 0);
        for (std::int64_t i = 0; i < n; ++i) {
            const std::int64_t j = order(i);
            ASSERT_GE(j, 0);
            ASSERT_LT(j, n);
            ++hits[static_cast<std::size_t>(j)];
        }
        for (const int hit : hits) ASSERT_EQ(hit, 1) << "n = " << n;
    }
}

TEST(KeyedPermutation, SeedAndIdDecideAlone) {
    const KeyedPermutation a(100, 1, 2), same(100, 1, 2), other_seed(100, 2, 2), other_id(100, 1, 3);
    int seed_agrees = 0, id_agrees = 0;
    for (std::int64_t i = 0; i < 100; ++i) {
        ASSERT_EQ(a(i), same(i));
        seed_agrees += a(i) == other_seed(i);
        id_agrees += a(i) == other_id(i);
    }
    // Two random permutations agree in 1 place on average (Poisson): 10 or more has probability 1e-7.
    EXPECT_LT(seed_agrees, 10);
    EXPECT_LT(id_agrees, 10);
}

// Where element 0 lands over 20,000 keys, n = 10: each place expects 2,000 with deviation 42; 5 deviations allowed.
TEST(KeyedPermutation, PlacesAreUniformOverKeys) {
    std::vector<int> landed(10, 0);
    for (std::uint64_t id = 0; id < 20000; ++id) ++landed[static_cast<std::size_t>(KeyedPermutation(10, 3, id)(0))];
    for (const int count : landed) EXPECT_NEAR(count, 2000, 212);
}

// Correlation of position and value: for a random permutation of n its deviation is 1 / sqrt(n - 1) = 0.0071; 5
// deviations.
TEST(KeyedPermutation, ValuesDoNotFollowPositions) {
    constexpr std::int64_t n = 20000;
    const KeyedPermutation order(n, 11, 0);
    const double mean = (n - 1) / 2.0, variance = (static_cast<double>(n) * n - 1) / 12.0;
    double covariance = 0;
    for (std::int64_t i = 0; i < n; ++i)
        covariance += (static_cast<double>(i) - mean) * (static_cast<double>(order(i)) - mean) / n;
    EXPECT_LT(std::abs(covariance / variance), 0.036);
}

}  // namespace
}  // namespace hpnas
