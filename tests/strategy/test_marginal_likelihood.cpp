#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/core/error.hpp"
#include "hpnas/core/rng.hpp"
#include "hpnas/strategy/marginal_likelihood.hpp"

namespace hpnas {
namespace {

using Values = std::vector<double>;

/// y depends strongly on feature 0, weakly on 1, not on 2 and 3; noise of standard deviation 0.1.
GpData sample(std::size_t n) {
    GpData data;
    data.group = {0, 1, 2, 2};
    data.groups = 3;
    data.x.width = 4;
    Rng rng(5, Purpose::test);
    for (std::size_t i = 0; i < n; ++i) {
        const Values x{rng.uniform(), rng.uniform(), rng.uniform(), rng.uniform()};
        data.x.append(x);
        data.y.push_back(std::sin(6 * x[0]) + 0.5 * x[1] + 0.1 * rng.normal());
    }
    return data;
}

double log_prior(const LogNormal& belief, double value) {
    const double z = (std::log(value) - belief.location) / belief.scale;
    return -0.5 * z * z - std::log(value);
}

TEST(LogNormal, ModeIsWhereTheDensityIsStationary) {
    const LogNormal belief{0.7, 1.3};
    double slope = 1;
    const double top = belief.log_density(std::log(belief.mode()), slope);
    EXPECT_NEAR(slope, 0, 1e-14);
    double other = 0;
    EXPECT_GT(top, belief.log_density(std::log(belief.mode()) + 0.1, other));
    EXPECT_LT(other, 0);
}

TEST(MarginalLikelihood, ValueIsThatOfTheProcessPlusThePrior) {
    const GpData data = sample(12);
    const GpPrior prior = GpPrior::for_groups(3);
    const NegativeLogPosterior objective(data, prior);
    const Values theta{std::log(0.4), std::log(1.5), std::log(3.0), std::log(1.2), std::log(0.02)};
    const GpHyperparameters parameters = objective.parameters(theta);
    EXPECT_NEAR(parameters.lengthscale[1], 1.5, 1e-14);
    EXPECT_NEAR(parameters.noise_variance, 0.02, 1e-15);
    EXPECT_EQ(NegativeLogPosterior::theta(parameters).size(), 5U);
    GaussianProcess gp(data.group, parameters);
    gp.condition(data.x, data.y);
    double expected =
        gp.log_marginal_likelihood() + log_prior(prior.signal_variance, 1.2) + log_prior(prior.noise_variance, 0.02);
    for (const double l : {0.4, 1.5, 3.0}) expected += log_prior(prior.lengthscale, l);
    Values gradient(5);
    EXPECT_NEAR(objective(theta, gradient), -expected, 1e-10);
}

TEST(MarginalLikelihood, MeanIsTheGeneralisedLeastSquaresOne) {
    // Perturbing the mean of the fitted process lowers its likelihood on both sides, equally to first order.
    const GpData data = sample(12);
    const GpPrior prior = GpPrior::for_groups(3);
    const NegativeLogPosterior objective(data, prior);
    GpHyperparameters parameters = objective.parameters(Values{-1, 0, 1, 0, -4});
    const auto likelihood = [&](double mean) {
        GpHyperparameters moved = parameters;
        moved.mean = mean;
        GaussianProcess gp(data.group, moved);
        gp.condition(data.x, data.y);
        return gp.log_marginal_likelihood();
    };
    const double top = likelihood(parameters.mean);
    const double left = top - likelihood(parameters.mean - 0.1);
    const double right = top - likelihood(parameters.mean + 0.1);
    EXPECT_GT(left, 0);
    EXPECT_NEAR(left, right, 1e-9);  // exactly quadratic in the mean
}

TEST(MarginalLikelihood, GradientMatchesFiniteDifferences) {
    const GpData data = sample(25);
    const GpPrior prior = GpPrior::for_groups(3);
    const NegativeLogPosterior objective(data, prior);
    Values gradient(5), unused(5);
    for (const Values& theta : {Values{0, 0, 0, 0, -3}, Values{-1.5, 0.7, 1.2, 0.4, -5}}) {
        objective(theta, gradient);
        for (std::size_t i = 0; i < theta.size(); ++i) {
            constexpr double h = 1e-5;
            Values up = theta, down = theta;
            up[i] += h;
            down[i] -= h;
            const double slope = (objective(up, unused) - objective(down, unused)) / (2 * h);
            EXPECT_NEAR(gradient[i], slope, 1e-5 * std::max(1.0, std::abs(slope))) << i;  // h^2 and 1e-12 / h
        }
    }
}

TEST(MarginalLikelihood, FitFindsWhatMatters) {
    const GpData data = sample(80);
    const GpHyperparameters fit = fit_hyperparameters(data, GpPrior::for_groups(3), {});
    EXPECT_LT(fit.lengthscale[0], 0.5 * fit.lengthscale[1]);
    EXPECT_LT(fit.lengthscale[0], 0.2 * fit.lengthscale[2]);
    EXPECT_GT(fit.noise_variance, 0.003);  // true value 0.01
    EXPECT_LT(fit.noise_variance, 0.03);
}

TEST(MarginalLikelihood, FitIsAStationaryPointAndRepeatable) {
    const GpData data = sample(40);
    const GpPrior prior = GpPrior::for_groups(3);
    const GpHyperparameters fit = fit_hyperparameters(data, prior, {.max_iterations = 200});
    Values gradient(5);
    NegativeLogPosterior(data, prior)(NegativeLogPosterior::theta(fit), gradient);
    for (const double g : gradient) EXPECT_NEAR(g, 0, 0.05);  // stops at a relative gain of 1e-6
    const GpHyperparameters again = fit_hyperparameters(data, prior, {.max_iterations = 200});
    EXPECT_EQ(again.lengthscale, fit.lengthscale);
    const GpHyperparameters warm = fit_hyperparameters(data, prior, {.max_iterations = 200, .restarts = 0}, &fit);
    EXPECT_NEAR(warm.lengthscale[0], fit.lengthscale[0], 0.01 * fit.lengthscale[0]);
}

TEST(MarginalLikelihood, OneConstantOrRepeatedObservationIsNoProblem) {
    GpData data;
    data.group = {0};
    data.groups = 1;
    data.x = {1, {0.5}};
    data.y = {2.0};
    const GpPrior prior = GpPrior::for_groups(1);
    const GpHyperparameters one = fit_hyperparameters(data, prior, {});
    EXPECT_NEAR(one.mean, 2.0, 1e-12);
    data.x.values = {0.5, 0.5, 0.1};
    data.y = {2, 2, 2};
    EXPECT_TRUE(std::isfinite(fit_hyperparameters(data, prior, {}).lengthscale[0]));
    EXPECT_THROW(NegativeLogPosterior(GpData{}, prior), InternalError);
}

TEST(MarginalLikelihood, ManyPointsAreThinned) {
    const GpData data = sample(120);
    const GpHyperparameters fit = fit_hyperparameters(data, GpPrior::for_groups(3), {.max_points = 60});
    EXPECT_LT(fit.lengthscale[0], 0.5 * fit.lengthscale[1]);
}

}  // namespace
}  // namespace hpnas
