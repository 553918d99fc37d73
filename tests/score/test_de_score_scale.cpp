#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/score/de_score_scale.hpp"

namespace hpnas {
namespace {

TEST(DeScoreScale, StandardisesByMedianAndMedianDeviation) {
    // Median 3, deviations 2 1 0 1 97: median 1; the outlier moves neither.
    const DeScoreScale scale(std::vector<double>{1, 2, 3, 4, 100});
    EXPECT_DOUBLE_EQ(scale.standardised(3), 0);
    EXPECT_DOUBLE_EQ(scale.standardised(4), 1 / 1.4826);
    EXPECT_DOUBLE_EQ(scale.standardised(0), -3 / 1.4826);
    EXPECT_TRUE(std::isnan(scale.standardised(std::nan(""))));
}

TEST(DeScoreScale, FallsBackToTheStandardDeviation) {
    // Half of the values equal: median deviation 0. Mean 2, squares 4 + 4 + 4 + 36 = 48, over 4: 12.
    const DeScoreScale scale(std::vector<double>{0, 0, 0, 8});
    EXPECT_DOUBLE_EQ(scale.spread(), std::sqrt(12.0));
}

TEST(DeScoreScale, ATermThatTellsNothingApartCountsNothing) {
    const DeScoreScale scale(std::vector<double>{0.1, 0.1, 0.1});
    EXPECT_EQ(scale.standardised(5), 0);
}

TEST(DeScoreScale, IgnoresUndefinedMembersAndNeedsOne) {
    EXPECT_DOUBLE_EQ(DeScoreScale(std::vector<double>{std::nan(""), 7}).centre(), 7);
    EXPECT_THROW(DeScoreScale(std::vector<double>{std::nan("")}), InternalError);
}

TEST(DeScoreScale, RanksAgainstTheSample) {
    const DeScoreScale scale(std::vector<double>{10, 20, 20, 40});
    const auto rank = [&](double value) { return 4 * std::exp(scale.log_rank(value)); };
    EXPECT_DOUBLE_EQ(rank(10), 1);
    EXPECT_DOUBLE_EQ(rank(20), 2.5);  // mean of 2 and 3
    EXPECT_DOUBLE_EQ(rank(30), 3.5);  // half way from 3 to 4
    EXPECT_DOUBLE_EQ(rank(40), 4);
    EXPECT_DOUBLE_EQ(rank(15), 1.5);
}

TEST(DeScoreScale, NeverSaturatesAndNeverDecreases) {
    const DeScoreScale scale(std::vector<double>{1, 2, 4, 8, 16});
    double last = scale.log_rank(-100);
    EXPECT_TRUE(std::isfinite(last));
    for (double value = -99.5; value < 200; value += 0.5) {
        const double next = scale.log_rank(value);
        EXPECT_GT(next, last) << value;
        last = next;
    }
    EXPECT_NEAR(scale.log_rank(16 + 1e-9), scale.log_rank(16), 1e-9);
    EXPECT_NEAR(scale.log_rank(1 - 1e-9), scale.log_rank(1), 1e-9);
}

TEST(DeScoreScale, WithoutASampleTakesValuesAsTheyAre) {
    EXPECT_DOUBLE_EQ(DeScoreScale().standardised(2.5), 2.5);
    EXPECT_EQ(DeScoreScale().log_rank(2.5), 0);
}

}  // namespace
}  // namespace hpnas
