#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/linalg/statistics.hpp"

namespace hpnas {
namespace {

using Values = std::vector<double>;

TEST(Statistics, QuantileInterpolatesBetweenOrderStatistics) {
    const Values x{4, 1, 3, 2};
    EXPECT_DOUBLE_EQ(quantile(x, 0), 1);
    EXPECT_DOUBLE_EQ(quantile(x, 1), 4);
    EXPECT_DOUBLE_EQ(median(x), 2.5);
    EXPECT_DOUBLE_EQ(quantile(x, 0.9), 3.7);  // position 0.9 * 3 = 2.7 between 3 and 4
    EXPECT_DOUBLE_EQ(median(Values{7}), 7);
    EXPECT_TRUE(std::isnan(median(Values{})));
}

TEST(Statistics, TiesShareTheMeanRank) { EXPECT_EQ(ranks(Values{10, 20, 10, 5}), (Values{2.5, 4, 2.5, 1})); }

TEST(Statistics, PearsonOfAHandExample) {
    // means 2, 2; xx = 2, yy = 2, xy = (-1)(-1) + 0 + (1)(0)... x - 2 = {-1, 0, 1}, y - 2 = {-1, 1, 0}: xy = 1
    EXPECT_DOUBLE_EQ(pearson(Values{1, 2, 3}, Values{1, 3, 2}), 0.5);
    EXPECT_TRUE(std::isnan(pearson(Values{1, 1}, Values{1, 2})));
    EXPECT_TRUE(std::isnan(pearson(Values{1}, Values{1})));
    EXPECT_THROW(pearson(Values{1}, Values{1, 2}), InternalError);
}

TEST(Statistics, SpearmanSeesOnlyTheOrder) {
    const Values x{1, 2, 3, 4, 5};
    EXPECT_DOUBLE_EQ(spearman(x, Values{1, 8, 27, 64, 125}), 1);
    EXPECT_DOUBLE_EQ(spearman(x, Values{5, 4, 3, 2, 1}), -1);
    // 1 - 6 * sum d^2 / (n (n^2 - 1)) with d = {1, -1, 0, 0, 0}: 1 - 12 / 120
    EXPECT_NEAR(spearman(x, Values{2, 1, 3, 4, 5}), 0.9, 1e-15);
}

TEST(Statistics, KendallCountsPairs) {
    // of 6 pairs one is discordant: (5 - 1) / 6
    EXPECT_NEAR(kendall(Values{1, 2, 3, 4}, Values{1, 3, 2, 4}), 4.0 / 6, 1e-15);
    // tau-b: pairs (1,2) tied in x; 2 concordant; untied x 2, untied y 3
    EXPECT_NEAR(kendall(Values{1, 1, 2}, Values{1, 2, 3}), 2 / std::sqrt(6.0), 1e-15);
    EXPECT_TRUE(std::isnan(kendall(Values{1, 1}, Values{1, 2})));
}

TEST(Statistics, RobustLineGoesThroughPointsOnALine) {
    const Values x{1, 2, 4, 8};
    Values y;
    for (const double v : x) y.push_back(0.5 + 3 * v);
    const Line line = robust_line(x, y);
    EXPECT_NEAR(line.offset, 0.5, 1e-9);
    EXPECT_NEAR(line.slope, 3, 1e-9);
}

TEST(Statistics, RobustLineIsHardlyTurnedByOneSpoiltPoint) {
    Values x, y;
    for (int i = 1; i <= 20; ++i) {
        x.push_back(i);
        y.push_back(1 + 2 * i + (i % 2 == 0 ? 0.02 : -0.02));
    }
    y[10] *=
        3;  // an interrupted measurement; ordinary least squares would put the line at 25 instead of 21 in the middle
    const Line line = robust_line(x, y);
    EXPECT_NEAR(line.slope, 2, 0.02);  // noise 0.02 plus Huber's bounded influence of one point in 20
    EXPECT_NEAR(line.offset, 1, 0.05);
}

TEST(Statistics, RobustLineRefusesWhatGivesNoLine) {
    EXPECT_THROW(robust_line(Values{1}, Values{1}), InternalError);
    EXPECT_THROW(robust_line(Values{2, 2}, Values{1, 2}), InternalError);
    EXPECT_THROW(robust_line(Values{1, 2}, Values{0, 2}), InternalError);
    EXPECT_THROW(robust_line(Values{1, 2}, Values{1}), InternalError);
}

}  // namespace
}  // namespace hpnas
