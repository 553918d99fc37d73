#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/strategy/robust_targets.hpp"

namespace hpnas {
namespace {

using Values = std::vector<std::optional<double>>;

TEST(RobustTargets, StandardisesUsualValues) {
    // Mean 3, variance (4 + 1 + 0 + 1 + 4) / 5 = 2; limit 3 + 5 * 2 = 13.
    const std::vector<double> targets = robust_targets(Values{1, 2, 3, 4, 5});
    for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(targets[i], (static_cast<double>(i) - 2) / std::sqrt(2.0), 1e-15);
}

TEST(RobustTargets, FailuresAndOutliersCountAsTheWorstUsualValue) {
    const std::vector<double> targets = robust_targets(Values{1, 2, std::nullopt, 3, 1e6, 4, 5, 1e300, -1e300});
    // Median of {1, 2, 3, 4, 5, 1e6}: lower middle 3; usual values 1..5 as above.
    for (const std::size_t i : {2, 4, 7, 8}) EXPECT_NEAR(targets[i], std::sqrt(2.0), 1e-15) << i;
    EXPECT_NEAR(targets[0], -std::sqrt(2.0), 1e-15);
}

TEST(RobustTargets, TheLimitIsFiveTimesTheWayFromMinimumToMedian) {
    // Lower median 3, minimum 1: limit 13, itself still usual.
    const std::vector<double> usual = robust_targets(Values{1, 2, 3, 4, 5, 13});
    EXPECT_GT(usual[5], usual[4]);
    const std::vector<double> outlier = robust_targets(Values{1, 2, 3, 4, 5, 13.5});
    EXPECT_EQ(outlier[5], outlier[4]);
}

TEST(RobustTargets, BadIsWorseThanConstant) {
    EXPECT_EQ(robust_targets(Values{2.5, 2.5, 2.5, std::nullopt, 1e300}), (std::vector<double>{0, 0, 0, 1, 1}));
    EXPECT_EQ(robust_targets(Values{7}), (std::vector<double>{0}));
    EXPECT_EQ(robust_targets(Values{std::nullopt, std::nullopt}), (std::vector<double>{0, 0}));
    EXPECT_TRUE(robust_targets({}).empty());
}

}  // namespace
}  // namespace hpnas
