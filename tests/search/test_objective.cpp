#include <gtest/gtest.h>

#include <limits>

#include "hpnas/search/objective.hpp"

namespace hpnas {
namespace {

TEST(LatencyPenalty, AddsAlphaTimesLatencyToTheBeta) {
    // By hand: 1.5 + 0.25 * 4^1 = 2.5, 1.5 + 0.25 * 4^2 = 5.5, 1.5 + 0.25 * 4^0.5 = 2; all exact in binary.
    EXPECT_DOUBLE_EQ((LatencyPenalty{0.25, 1.0}(1.5, 4.0)), 2.5);
    EXPECT_DOUBLE_EQ((LatencyPenalty{0.25, 2.0}(1.5, 4.0)), 5.5);
    EXPECT_DOUBLE_EQ((LatencyPenalty{0.25, 0.5}(1.5, 4.0)), 2.0);
}

TEST(LatencyPenalty, WithoutAlphaAnUnknownLatencyDoesNotMatter) {
    EXPECT_EQ((LatencyPenalty{}(1.5, std::numeric_limits<double>::quiet_NaN())), 1.5);
}

}  // namespace
}  // namespace hpnas
