#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "hpnas/strategy/lbfgs.hpp"

namespace hpnas {
namespace {

using Span = std::span<const double>;

TEST(Lbfgs, FindsTheMinimumOfAnIllConditionedQuadratic) {
    // sum 10^i (x_i - i)^2, i = 0..3: minimum 0 at x_i = i.
    const auto f = [](Span x, std::span<double> g) {
        double sum = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            const double scale = std::pow(10.0, static_cast<double>(i));
            const double d = x[i] - static_cast<double>(i);
            sum += scale * d * d;
            g[i] = 2 * scale * d;
        }
        return sum;
    };
    const Minimum m = minimise_lbfgs(f, {5, -5, 5, -5}, {.gradient_tolerance = 1e-8, .value_tolerance = 0});
    for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(m.x[i], static_cast<double>(i), 1e-7);
    EXPECT_LT(m.iterations, 60U);
}

TEST(Lbfgs, FindsRosenbrocksValley) {
    // (1 - x)^2 + 100 (y - x^2)^2: minimum 0 at (1, 1).
    const auto f = [](Span x, std::span<double> g) {
        const double a = 1 - x[0];
        const double b = x[1] - x[0] * x[0];
        g[0] = -2 * a - 400 * x[0] * b;
        g[1] = 200 * b;
        return a * a + 100 * b * b;
    };
    const Minimum m = minimise_lbfgs(f, {-1.2, 1}, {.max_iterations = 200, .value_tolerance = 0});
    EXPECT_NEAR(m.x[0], 1, 1e-6);
    EXPECT_NEAR(m.x[1], 1, 1e-6);
}

TEST(Lbfgs, StepsBackFromWhereTheFunctionIsUndefined) {
    // x - log x: minimum 1 at 1, NaN below zero; the first step from 0.1 points far away.
    const auto f = [](Span x, std::span<double> g) {
        g[0] = 1 - 1 / x[0];
        return x[0] <= 0 ? std::numeric_limits<double>::quiet_NaN() : x[0] - std::log(x[0]);
    };
    for (const double start : {0.1, 3.0}) EXPECT_NEAR(minimise_lbfgs(f, {start}).x[0], 1, 1e-4);
}

TEST(Lbfgs, NeverIncreasesAndLeavesAStationaryOrUndefinedStartAlone) {
    const auto square = [](Span x, std::span<double> g) {
        g[0] = 2 * x[0];
        return x[0] * x[0];
    };
    EXPECT_EQ(minimise_lbfgs(square, {0}).x[0], 0);
    EXPECT_EQ(minimise_lbfgs(square, {3}, {.max_iterations = 0}).value, 9);
    EXPECT_LE(minimise_lbfgs(square, {3}, {.max_iterations = 1}).value, 9);
    const auto nan = [](Span, std::span<double> g) {
        g[0] = 1;
        return std::numeric_limits<double>::quiet_NaN();
    };
    EXPECT_EQ(minimise_lbfgs(nan, {2}).x[0], 2);
}

}  // namespace
}  // namespace hpnas
