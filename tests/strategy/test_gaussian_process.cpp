#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/core/error.hpp"
#include "hpnas/core/rng.hpp"
#include "hpnas/strategy/gaussian_process.hpp"

namespace hpnas {
namespace {

using Values = std::vector<double>;

/// Matern 5/2 as written in the textbook (Rasmussen, Williams, eq. 4.17).
double matern(double r) { return (1 + std::sqrt(5.0) * r + 5 * r * r / 3) * std::exp(-std::sqrt(5.0) * r); }

Rows rows(std::size_t width, Values values) { return {width, std::move(values)}; }

Rows random_rows(std::size_t n, std::size_t width, std::uint64_t seed) {
    Rng rng(seed, Purpose::test);
    Rows x{width, Values(n * width)};
    for (double& v : x.values) v = rng.uniform();
    return x;
}

TEST(GaussianProcess, WithoutDataIsThePrior) {
    const GaussianProcess gp({0}, {{1.0}, 2.5, 0.1, -3.0});
    const TrackedPosterior posterior(gp, rows(1, {0.5}));
    EXPECT_EQ(posterior.mean()[0], -3.0);
    EXPECT_EQ(posterior.variance()[0], 2.5);
    EXPECT_EQ(gp.log_marginal_likelihood(), 0.0);
}

TEST(GaussianProcess, PosteriorOfOnePointByHand) {
    GaussianProcess gp({0}, {{0.5}, 2.0, 0.3, 1.0});
    gp.condition(rows(1, {0.2}), Values{1.8});
    const TrackedPosterior posterior(gp, rows(1, {0.7}));
    const double k = 2 * matern(1.0);  // (0.7 - 0.2) / 0.5
    EXPECT_NEAR(posterior.mean()[0], 1 + k / 2.3 * 0.8, 1e-14);
    EXPECT_NEAR(posterior.variance()[0], 2 - k * k / 2.3, 1e-14);
    EXPECT_NEAR(gp.log_marginal_likelihood(), -0.5 * (0.64 / 2.3 + std::log(2.3) + std::log(2 * M_PI)), 1e-14);
}

TEST(GaussianProcess, PosteriorAndLikelihoodOfTwoPointsByHand) {
    // Two features with their own length scales; the 2 x 2 inverse is written out.
    GaussianProcess gp({0, 1}, {{0.5, 2.0}, 1.5, 0.2, 0.0});
    gp.condition(rows(2, {0, 0, 0.3, 1.2}), Values{1, -2});
    const double a = 1.7;                                              // 1.5 + 0.2
    const double b = 1.5 * matern(std::sqrt(0.6 * 0.6 + 0.6 * 0.6));   // 0.3 / 0.5, 1.2 / 2
    const double k1 = 1.5 * matern(std::sqrt(0.2 * 0.2 + 0.5 * 0.5));  // to (0.1, 1): 0.1 / 0.5, 1 / 2
    const double k2 = 1.5 * matern(std::sqrt(0.4 * 0.4 + 0.1 * 0.1));  // 0.2 / 0.5, 0.2 / 2
    const double determinant = a * a - b * b;
    const TrackedPosterior posterior(gp, rows(2, {0.1, 1.0}));
    EXPECT_NEAR(posterior.mean()[0], (k1 * (a * 1 - b * -2) + k2 * (-b * 1 + a * -2)) / determinant, 1e-13);
    EXPECT_NEAR(posterior.variance()[0], 1.5 - (a * k1 * k1 - 2 * b * k1 * k2 + a * k2 * k2) / determinant, 1e-13);
    const double quadratic = (a * 1 - 2 * b * 1 * -2 + a * 4) / determinant;
    EXPECT_NEAR(gp.log_marginal_likelihood(), -0.5 * (quadratic + std::log(determinant) + 2 * std::log(2 * M_PI)),
                1e-13);
}

TEST(GaussianProcess, FeaturesOfOneGroupShareALengthScale) {
    GaussianProcess shared({0, 0}, {{0.7}, 1.0, 0.1, 0.0});
    GaussianProcess twice({0, 1}, {{0.7, 0.7}, 1.0, 0.1, 0.0});
    const Rows x = random_rows(5, 2, 1);
    for (GaussianProcess* gp : {&shared, &twice}) gp->condition(x, Values{1, 2, 3, 4, 5});
    EXPECT_EQ(shared.log_marginal_likelihood(), twice.log_marginal_likelihood());
    EXPECT_THROW(GaussianProcess({0, 2}, {{0.7, 0.7}, 1.0, 0.1, 0.0}), InternalError);
}

TEST(GaussianProcess, InterpolatesWithoutNoise) {
    GaussianProcess gp({0, 1, 2}, {{0.3, 0.3, 0.3}, 1.0, 0.0, 0.0});
    const Rows x = random_rows(20, 3, 2);
    Values y;
    for (std::size_t i = 0; i < x.size(); ++i) y.push_back(std::sin(5 * x[i][0]) + x[i][1] * x[i][2]);
    gp.condition(x, y);
    const TrackedPosterior posterior(gp, x);
    for (std::size_t i = 0; i < x.size(); ++i) {
        EXPECT_NEAR(posterior.mean()[i], y[i], 1e-9);  // condition number of K (about 1e4) * eps * 20, with room
        EXPECT_NEAR(posterior.variance()[i], 0, 1e-9);
    }
}

TEST(GaussianProcess, AppendEqualsConditioningOnAll) {
    const Rows x = random_rows(50, 4, 3);
    Values y;
    for (std::size_t i = 0; i < x.size(); ++i) y.push_back(std::cos(3 * x[i][0]) - x[i][3]);
    const GpHyperparameters parameters{{0.5, 1.0, 2.0, 0.7}, 1.3, 0.05, 0.2};
    GaussianProcess whole({0, 1, 2, 3}, parameters);
    GaussianProcess grown({0, 1, 2, 3}, parameters);
    whole.condition(x, y);
    const Rows points = random_rows(9, 4, 4);
    grown.condition({4, Values(x.values.begin(), x.values.begin() + 5 * 4)}, std::span(y).first(5));
    TrackedPosterior tracked(grown, points);
    for (std::size_t i = 5; i < 50; ++i) {
        grown.append(x[i], y[i]);
        if (i % 7 == 0) tracked.update();  // one at a time and several at once
    }
    tracked.update();
    const TrackedPosterior fresh(whole, points);
    EXPECT_NEAR(grown.log_marginal_likelihood(), whole.log_marginal_likelihood(), 1e-11);
    for (std::size_t i = 0; i < points.size(); ++i) {  // condition number 1e3 * 50 * eps, with room
        EXPECT_NEAR(tracked.mean()[i], fresh.mean()[i], 1e-11);
        EXPECT_NEAR(tracked.variance()[i], fresh.variance()[i], 1e-11);
    }
}

TEST(GaussianProcess, BelievedObservationsLeaveTheMeanAndShrinkTheVariance) {
    const Rows x = random_rows(12, 2, 6);
    GaussianProcess gp({0, 1}, {{0.5, 1.0}, 1.0, 0.1, 0.3});
    gp.condition(x, Values{1, 2, 0, 1, -1, 2, 1, 0, 0, 3, 1, 1});
    const Rows points = random_rows(5, 2, 7);
    TrackedPosterior tracked(gp, points);
    const Values mean(tracked.mean().begin(), tracked.mean().end());
    const double variance = tracked.variance()[0];
    GaussianProcess explicitly = gp;
    gp.append(points[0], std::nullopt);
    explicitly.append(points[0], mean[0]);
    tracked.update();
    const TrackedPosterior expected(explicitly, points);
    for (std::size_t i = 0; i < points.size(); ++i) {
        EXPECT_NEAR(tracked.mean()[i], mean[i], 1e-14);
        EXPECT_NEAR(expected.mean()[i], mean[i], 1e-13);
        EXPECT_NEAR(tracked.variance()[i], expected.variance()[i], 1e-13);
    }
    EXPECT_NEAR(tracked.variance()[0], variance * 0.1 / (variance + 0.1), 1e-13);  // one more observation of noise 0.1
}

TEST(GaussianProcess, FittedIsThePosteriorMeanAtTheData) {
    const Rows x = random_rows(15, 2, 8);
    Values y;
    for (std::size_t i = 0; i < x.size(); ++i) y.push_back(std::sin(9 * x[i][0]));
    GaussianProcess gp({0, 1}, {{0.5, 1.0}, 1.0, 0.2, 0.3});
    gp.condition({2, Values(x.values.begin(), x.values.begin() + 14 * 2)}, std::span(y).first(14));
    gp.append(x[14], y[14]);
    const TrackedPosterior posterior(gp, x);
    const Values fitted = gp.fitted();
    ASSERT_EQ(fitted.size(), 15U);
    for (std::size_t i = 0; i < 15; ++i) EXPECT_NEAR(fitted[i], posterior.mean()[i], 1e-13);
}

TEST(GaussianProcess, GrowsFromNothing) {
    GaussianProcess gp({0}, {{1.0}, 1.0, 0.5, 0.0});
    gp.append(Values{0.0}, 3.0);
    const TrackedPosterior posterior(gp, rows(1, {0.0}));
    EXPECT_NEAR(posterior.mean()[0], 2.0, 1e-15);  // 3 * 1 / 1.5
    EXPECT_NEAR(posterior.variance()[0], 1 - 1 / 1.5, 1e-15);
}

TEST(GaussianProcess, SurvivesRepeatedNoiseFreePoints) {
    GaussianProcess gp({0}, {{1.0}, 1.0, 0.0, 0.0});
    gp.condition(rows(1, {0.5, 0.5}), Values{1, 1});
    gp.append(Values{0.5}, 1.0);
    const TrackedPosterior posterior(gp, rows(1, {0.5}));
    EXPECT_NEAR(posterior.mean()[0], 1,
                1e-5);  // the jitter is at most 1e-11, the pivot floor 1e-12 under a square root
    EXPECT_GE(posterior.variance()[0], 0);
}

TEST(GaussianProcess, RefusesWrongSizes) {
    GaussianProcess gp({0, 1}, {{1.0, 1.0}, 1.0, 0.1, 0.0});
    EXPECT_THROW(gp.condition(rows(2, {1, 2, 3, 4}), Values{1}), InternalError);
    EXPECT_THROW(gp.condition(rows(1, {1}), Values{1}), InternalError);
}

}  // namespace
}  // namespace hpnas
