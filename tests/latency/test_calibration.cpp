#include <gtest/gtest.h>

#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/latency/calibration.hpp"

namespace hpnas {
namespace {

using Values = std::vector<double>;

TEST(Calibration, NoneIsTheIdentity) {
    const Calibration c = fit_calibration("none", {}, {});
    EXPECT_DOUBLE_EQ(c(0.7), 0.7);
    EXPECT_EQ(c.count, 0);
}

TEST(Calibration, OffsetIsTheMedianDifference) {
    const Calibration c =
        fit_calibration("offset", Values{1, 2, 3}, Values{0.9, 1.95, 9});  // differences -0.1, -0.05, 6
    EXPECT_NEAR(c.offset_ms, -0.05, 1e-12);
    EXPECT_DOUBLE_EQ(c.slope, 1);
    EXPECT_EQ(c.count, 3);
    EXPECT_EQ(c.kind, "offset");
}

TEST(Calibration, LinearFindsTheLine) {
    const Calibration c = fit_calibration("linear", Values{1, 2, 3, 4}, Values{1.3, 2.4, 3.5, 4.6});
    EXPECT_NEAR(c.slope, 1.1, 1e-9);
    EXPECT_NEAR(c.offset_ms, 0.2, 1e-9);
    EXPECT_NEAR(c(10), 11.2, 1e-8);
}

TEST(Calibration, ASlopeBelowZeroBecomesALineThroughTheOrigin) {
    const Calibration c = fit_calibration("linear", Values{1, 2}, Values{3, 2});
    EXPECT_DOUBLE_EQ(c.slope, 2);  // median of 3 / 1 and 2 / 2
    EXPECT_DOUBLE_EQ(c.offset_ms, 0);
    EXPECT_DOUBLE_EQ(fit_calibration("linear", Values{2}, Values{3}).slope, 1.5);
}

TEST(Calibration, IsPositiveAndGrowsWithTheSumEvenBelowTheFittedRange) {
    const Calibration c{.offset_ms = -1, .slope = 1, .count = 5, .kind = "linear"};
    EXPECT_DOUBLE_EQ(c(0.5), 0.25);  // the line says -0.5
    EXPECT_LT(c(0.5), c(0.6));
    EXPECT_DOUBLE_EQ(c(2), 1);  // both branches meet
    EXPECT_DOUBLE_EQ(c(3), 2);
}

TEST(Calibration, RefusesUnusableData) {
    EXPECT_THROW(fit_calibration("cubic", Values{1}, Values{1}), ConfigError);
    EXPECT_THROW(fit_calibration("linear", Values{1, 2}, Values{1}), InternalError);
    EXPECT_THROW(fit_calibration("offset", Values{}, Values{}), InternalError);
    EXPECT_THROW(fit_calibration("linear", Values{1, 2}, Values{0, 1}), InternalError);
}

}  // namespace
}  // namespace hpnas
