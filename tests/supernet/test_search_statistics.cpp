#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/core/error.hpp"
#include "hpnas/supernet/search_statistics.hpp"

namespace hpnas {
namespace {

StepReport seen(double discrete, double relaxed) {
    StepReport report{.weight_loss = discrete + 1};
    report.loss = {.discrete = discrete,
                   .relaxed = relaxed,
                   .discrete_square = discrete * discrete,
                   .relaxed_square = relaxed * relaxed,
                   .product = discrete * relaxed};
    return report;
}

TEST(SearchStatistics, MeansCorrelationAndVariancesByHand) {
    SearchStatistics statistics(2);
    for (const auto& [z, zeta] : {std::pair{1.0, 2.0}, {2.0, 1.0}, {3.0, 6.0}}) statistics.add(seen(z, zeta));
    statistics.add_gradient(std::vector{1.0, 0.0}, std::vector{0.0, 0.0});
    statistics.add_gradient(std::vector{3.0, 4.0}, std::vector{0.0, 1.0});
    const EpochReport report = statistics.report();
    EXPECT_EQ(report.mean.weight_loss, 3);
    EXPECT_EQ(report.mean.loss.relaxed, 3);
    // covariance 4 / 3, variances 2 / 3 and 14 / 3
    EXPECT_NEAR(report.correlation, (4.0 / 3) / std::sqrt(2.0 / 3 * 14 / 3), 1e-12);
    EXPECT_EQ(report.score_variance, 2 + 8);
    EXPECT_EQ(report.path_variance, 0.5);
}

TEST(SearchStatistics, GoesOnFromASavedState) {
    SearchStatistics one(2), other(2);
    one.add(seen(1, 2));
    one.add_gradient(std::vector{1.0, 0.0}, std::vector{0.0, 0.0});
    other.restore(one.state());
    for (SearchStatistics* statistics : {&one, &other}) statistics->add(seen(5, 3));
    EXPECT_EQ(one.state(), other.state());
    EXPECT_EQ(other.report().mean.loss.discrete, 3);
    one.clear();
    EXPECT_EQ(one.state(), SearchStatistics(2).state());
    EXPECT_THROW(SearchStatistics(3).restore(one.state()), InternalError);
}

TEST(SearchStatistics, MeansOfFurtherTerms) {
    SearchStatistics statistics(1, 2);
    for (const double x : {1.0, 4.0}) {
        StepReport report = seen(x, x);
        report.more.resize(2);
        report.more[1] = {.discrete = x, .relaxed = 10 * x};
        statistics.add(report);
    }
    const EpochReport report = statistics.report();
    EXPECT_TRUE(std::isnan(report.mean.more[0].discrete));
    EXPECT_EQ(report.mean.more[1].discrete, 2.5);
    EXPECT_EQ(report.mean.more[1].relaxed, 25);
    EXPECT_THROW(statistics.add(seen(1, 1)), InternalError);
}

TEST(SearchStatistics, WhatWasNotEvaluatedStaysNaN) {
    SearchStatistics statistics(1);
    statistics.add({.warm_up = true, .weight_loss = 2});
    const EpochReport report = statistics.report();
    EXPECT_TRUE(report.mean.warm_up);
    EXPECT_EQ(report.mean.weight_loss, 2);
    EXPECT_TRUE(std::isnan(report.mean.loss.discrete));
    EXPECT_TRUE(std::isnan(report.correlation));
    EXPECT_EQ(report.score_variance, 0);
}

}  // namespace
}  // namespace hpnas
