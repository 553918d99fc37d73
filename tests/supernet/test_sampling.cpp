#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/core/error.hpp"
#include "hpnas/supernet/sampling.hpp"
#include "supernet/reference.hpp"

namespace hpnas {
namespace {

using reference::expect_near;
using reference::Vector;

TEST(Sampling, TemperatureFallsGeometrically) {
    const TemperatureOptions constant{.temperature = 0.4}, falling{.temperature = 4, .temperature_end = 0.25};
    EXPECT_DOUBLE_EQ(constant.at(0.7), 0.4);
    EXPECT_DOUBLE_EQ(falling.at(0), 4);
    EXPECT_DOUBLE_EQ(falling.at(0.5), 1);
    EXPECT_DOUBLE_EQ(falling.at(1), 0.25);
    EXPECT_DOUBLE_EQ(falling.at(2), 0.25);
}

TEST(Sampling, BaselinesByHand) {
    Vector none{1, 2, 6}, ema(none), others(none), single{3};
    BaselineOptions{.baseline = "none"}.subtract(none, 10);
    BaselineOptions{.baseline = "ema"}.subtract(ema, 10);
    BaselineOptions{.baseline = "leave_one_out"}.subtract(others, 10);
    BaselineOptions{.baseline = "leave_one_out"}.subtract(single, 10);
    expect_near(none, Vector{1, 2, 6}, 0);
    expect_near(ema, Vector{-9, -8, -4}, 0);
    expect_near(others, Vector{1 - 4, 2 - 3.5, 6 - 1.5}, 1e-15);
    expect_near(single, Vector{3}, 0);
}

TEST(Sampling, LeaveOneOutNeedsAnotherSample) {
    const BaselineOptions baseline{.baseline = "leave_one_out"};
    EXPECT_THROW(baseline.check({}), ConfigError);
    EXPECT_NO_THROW(baseline.check({.samples = 2}));
    EXPECT_NO_THROW(baseline.check({.per_example = true}));
}

TEST(Sampling, RowsAndBlocksOfNoise) {
    const reference::BatchObjective batch({1, 2, 3});
    const SamplingOptions shared, own{.per_example = true};
    EXPECT_EQ(sample_rows(shared, batch), 1U);
    EXPECT_EQ(sample_rows(own, batch), 3U);
    EXPECT_EQ(sample_noise(shared, batch, {}, 0).size(), 6U);
    const Vector z = sample_noise(own, batch, {}, 0), both = sample_noise(own, batch, {}, 0, 2);
    EXPECT_EQ(z.size(), 18U);
    EXPECT_EQ(both.size(), 36U);
    EXPECT_TRUE(std::equal(z.begin(), z.end(), both.begin()));  // z does not depend on what else is drawn
    EXPECT_NE(sample_noise(own, batch, {}, 1), z);
}

TEST(Sampling, VerticesOfSeveralArchitectures) {
    expect_near(vertices(reference::groups_of({2, 3}), std::vector<std::int16_t>{1, 0, 0, 2}),
                Vector{0, 1, 1, 0, 0, 1, 0, 0, 0, 1}, 0);
}

TEST(Sampling, ReportHoldsMeansOfWhatWasEvaluated) {
    ReportSums sums;
    sums.add(Vector{1, 2}, Vector{3, 5});
    sums.add(Vector{3}, Vector{1});
    const TermReport report = sums.report();
    EXPECT_DOUBLE_EQ(report.discrete, 2);
    EXPECT_DOUBLE_EQ(report.relaxed, 3);
    EXPECT_DOUBLE_EQ(report.discrete_square, 14.0 / 3);
    EXPECT_DOUBLE_EQ(report.relaxed_square, 35.0 / 3);
    EXPECT_DOUBLE_EQ(report.product, (3 + 10 + 3) / 3.0);
    ReportSums relaxed_only;
    relaxed_only.add({}, Vector{4});
    EXPECT_TRUE(std::isnan(relaxed_only.report().discrete));
    EXPECT_TRUE(std::isnan(relaxed_only.report().product));
    EXPECT_EQ(relaxed_only.report().relaxed, 4);
}

}  // namespace
}  // namespace hpnas
