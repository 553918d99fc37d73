#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "hpnas/kernel/random_normal.hpp"
#include "kernel/threads.hpp"

namespace hpnas::kernel {
namespace {

std::vector<float> draw(std::uint64_t id, std::int64_t count, float deviation = 1) {
    std::vector<float> values(static_cast<std::size_t>(count));
    fill_normal(NormalKey(Rng(7, Purpose::test, id)), deviation, values.data(), count);
    return values;
}

double distribution(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

TEST(FillNormal, FollowsTheNormalDistribution) {
    std::vector<float> values = draw(1, 1'000'000);
    const auto n = static_cast<double>(values.size());
    double sum = 0, squares = 0, fourth = 0, neighbours = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double z = values[i];
        sum += z, squares += z * z, fourth += z * z * z * z;
        if (i > 0) neighbours += z * values[i - 1];
    }
    // Four standard errors of each mean.
    EXPECT_NEAR(sum / n, 0, 4e-3);
    EXPECT_NEAR(squares / n, 1, 4e-3 * std::sqrt(2.0));
    EXPECT_NEAR(fourth / n, 3, 4e-3 * std::sqrt(96.0));
    EXPECT_NEAR(neighbours / n, 0, 4e-3);
    std::ranges::sort(values);
    double distance = 0;  // Kolmogorov's; 1.95 / sqrt(n) is exceeded with probability 0.001
    for (std::size_t i = 0; i < values.size(); ++i)
        distance = std::max(distance, std::abs(distribution(values[i]) - (static_cast<double>(i) + 0.5) / n));
    EXPECT_LT(distance, 1.95 / std::sqrt(n));
}

TEST(FillNormal, RadiusAndAngleAreIndependent) {
    // Values i and i + 16 of a group share a radius: their product's mean is 0, that of their squares 1.
    const std::vector<float> values = draw(2, 640'000);
    double product = 0, squares = 0;
    for (std::size_t group = 0; group < values.size(); group += 32)
        for (std::size_t i = group; i < group + 16; ++i) {
            const double a = values[i], b = values[i + 16];
            product += a * b, squares += a * a * b * b;
        }
    EXPECT_NEAR(product / 320'000, 0, 4 / std::sqrt(320'000.0));
    EXPECT_NEAR(squares / 320'000, 1, 4 * std::sqrt(8.0 / 320'000));
}

TEST(FillNormal, ScalesByTheDeviation) {
    const std::vector<float> unit = draw(3, 100), half = draw(3, 100, 0.5F);
    for (std::size_t i = 0; i < unit.size(); ++i) EXPECT_EQ(half[i], 0.5F * unit[i]);
}

TEST(FillNormal, AValueDependsOnKeyAndPositionOnly) {
    const std::vector<float> all = draw(4, 100'000);
    for (const std::int64_t n : {1, 31, 33, 40'000}) {
        const std::vector<float> some = draw(4, n);
        EXPECT_TRUE(std::equal(some.begin(), some.end(), all.begin())) << n;
    }
    EXPECT_NE(draw(5, 100), draw(4, 100));
}

TEST(FillNormal, SameBitsForAnyNumberOfThreads) {
    expect_same_bits_for_any_threads([] { return draw(6, 100'000); }, "fill_normal");
}

}  // namespace
}  // namespace hpnas::kernel
