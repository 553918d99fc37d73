#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/core/error.hpp"
#include "hpnas/score/rank_aggregate.hpp"

namespace hpnas {
namespace {

const double nan_value = std::nan("");

TEST(AscendingRanks, EqualValuesShareTheirMeanRankAndUndefinedOnesTheLowest) {
    EXPECT_EQ(ascending_ranks(std::vector<double>{3, 1, 2}), (std::vector<double>{3, 1, 2}));
    EXPECT_EQ(ascending_ranks(std::vector<double>{5, 5, 1, 9}), (std::vector<double>{2.5, 2.5, 1, 4}));
    EXPECT_EQ(ascending_ranks(std::vector<double>{nan_value, 7, nan_value}), (std::vector<double>{1, 3, 1}));
    EXPECT_TRUE(ascending_ranks({}).empty());
}

TEST(AggregateRanks, AddsLogarithmsOfRelativeRanks) {
    // Ranks 1, 2 and 2, 1 of n = 2; weights 1 and 3.
    const std::vector<RankedColumn> columns{{{10, 20}, 1}, {{-1, -2}, 3}};
    const std::vector<double> sum = aggregate_ranks(columns);
    EXPECT_DOUBLE_EQ(sum[0], std::log(0.5));
    EXPECT_DOUBLE_EQ(sum[1], 3 * std::log(0.5));
}

TEST(AggregateRanks, OneBadRankWeighsMoreThanOneGoodOne) {
    // First network: worst and best of three; second: in the middle twice.
    const std::vector<double> sum = aggregate_ranks(std::vector<RankedColumn>{{{1, 2, 3}}, {{3, 2, 1}}});
    EXPECT_LT(sum[0], sum[1]);  // ln(1/3) + ln(1) against 2 ln(2/3)
}

TEST(AggregateRanks, ANegativeWeightTurnsTheOrderButRewardsNothingUndefined) {
    const std::vector<double> sum = aggregate_ranks(std::vector<RankedColumn>{{{1, 2, nan_value}, -2}});
    EXPECT_DOUBLE_EQ(sum[0], 0);
    EXPECT_DOUBLE_EQ(sum[1], 2 * std::log(2.0 / 3));
    EXPECT_DOUBLE_EQ(sum[2], 2 * std::log(1.0 / 3));
}

TEST(AggregateRanks, RefusesColumnsOfDifferentLengths) {
    EXPECT_THROW(aggregate_ranks(std::vector<RankedColumn>{{{1, 2}}, {{1}}}), InternalError);
}

}  // namespace
}  // namespace hpnas
