#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "hpnas/score/random_fill.hpp"

namespace hpnas {
namespace {

std::vector<float> normal(std::size_t n, std::uint64_t seed, std::uint64_t id) {
    std::vector<float> values(n);
    fill_normal(values, seed, id);
    return values;
}

TEST(RandomFill, NormalValuesHaveTheMomentsAndTailsOfTheNormalDistribution) {
    constexpr std::size_t n = 400000;
    const std::vector<float> values = normal(n, 1, 2);
    double sum = 0, squares = 0, fourth = 0, neighbours = 0;
    std::size_t beyond_two = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const double x = values[i];
        sum += x;
        squares += x * x;
        fourth += x * x * x * x;
        if (i > 0) neighbours += x * values[i - 1];
        if (std::abs(x) > 2) ++beyond_two;
    }
    // Five standard errors of n draws: 1, sqrt(2), sqrt(96) and 1 over sqrt(n); P(|x| > 2) = 0.0455.
    const double error = 5 / std::sqrt(static_cast<double>(n));
    EXPECT_NEAR(sum / n, 0, error);
    EXPECT_NEAR(squares / n, 1, 1.42 * error);
    EXPECT_NEAR(fourth / n, 3, 9.8 * error);
    EXPECT_NEAR(neighbours / n, 0, error);
    EXPECT_NEAR(static_cast<double>(beyond_two) / n, 0.0455, 0.21 * error);
}

TEST(RandomFill, ValuesDependOnSeedAndIdAloneNotOnCountOrThreads) {
    const std::vector<float> all = normal(50001, 7, 8);
    EXPECT_EQ(normal(50001, 7, 8), all);
    EXPECT_NE(normal(50001, 8, 8), all);
    EXPECT_NE(normal(50001, 7, 9), all);
    const std::vector<float> few = normal(5000, 7, 8);
    EXPECT_TRUE(std::equal(few.begin(), few.end(), all.begin()));
    const int threads = omp_get_max_threads();
    omp_set_num_threads(2);
    EXPECT_EQ(normal(50001, 7, 8), all);
    omp_set_num_threads(threads);
}

TEST(RandomFill, IntegersCoverTheirRangeEvenly) {
    std::vector<float> values(60000);
    fill_uniform_integers(values, 6, 3, 4);
    for (int id = 0; id < 6; ++id) {
        // five standard errors of 10000 of 60000: 5 sqrt(60000 * 5 / 36)
        EXPECT_NEAR(static_cast<double>(std::ranges::count(values, static_cast<float>(id))), 10000, 460);
    }
    EXPECT_EQ(*std::ranges::max_element(values), 5.0F);
}

}  // namespace
}  // namespace hpnas
