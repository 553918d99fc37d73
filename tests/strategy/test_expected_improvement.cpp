#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "hpnas/strategy/expected_improvement.hpp"

namespace hpnas {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(ExpectedImprovement, ClosedFormValues) {
    EXPECT_NEAR(expected_improvement(0, 1, 0), 0.39894228040143268, 1e-15);  // 1 / sqrt(2 pi)
    // pdf(0.5) + 0.5 cdf(0.5), 40 digits by mpmath; sigma 2 and an offset scale and cancel.
    EXPECT_NEAR(expected_improvement(0, 1, 0.5), 0.69779655740130603, 1e-15);
    EXPECT_NEAR(expected_improvement(7, 2, 8), 2 * 0.69779655740130603, 4e-15);
    EXPECT_NEAR(expected_improvement(0, 1, 40), 40, 1e-13);  // no uncertainty left: the difference itself
}

TEST(ExpectedImprovement, WithoutUncertaintyIsTheImprovement) {
    EXPECT_EQ(expected_improvement(1, 0, 3), 2);
    EXPECT_EQ(expected_improvement(3, 0, 1), 0);
    EXPECT_EQ(log_expected_improvement(1, 0, 3), std::log(2.0));
    EXPECT_EQ(log_expected_improvement(3, 0, 1), -infinity);
    EXPECT_EQ(log_expected_improvement(3, 0, 3), -infinity);
}

TEST(LogExpectedImprovement, AgreesWithFortyDigits) {
    // log(pdf(z) + z cdf(z)) by mpmath with 40 digits; both sides of the switch at -3 and far below underflow.
    const std::pair<double, double> values[] = {
        {2, 0.69738354578822831},     {0, -0.91893853320467274},    {-1, -2.4851210257126413},
        {-2.99, -7.8344066965089733}, {-3.01, -7.9050534622565801}, {-5, -16.744301162660990},
        {-10, -55.553122036122356},   {-40, -808.29856835661996},   {-1000, -500014.73445209115}};
    for (const auto& [z, expected] : values)  // an absolute error of the log is a relative error of the improvement
        EXPECT_NEAR(log_expected_improvement(-z, 1, 0), expected, 1e-12 + 1e-15 * std::abs(expected)) << z;
    EXPECT_NEAR(log_expected_improvement(-6, 3, 0), std::log(3.0) + 0.69738354578822831, 1e-14);
}

}  // namespace
}  // namespace hpnas
