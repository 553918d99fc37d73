#include <gtest/gtest.h>
#include <omp.h>

#include <limits>

#include "hpnas/core/error.hpp"
#include "hpnas/latency/linear_surrogate.hpp"
#include "latency/surrogate_samples.hpp"

namespace hpnas {
namespace {

const ChoiceGroups groups(std::vector<std::size_t>{3, 2, 4});

/// 0.5 + sum over groups of 0.1 * (group + 1) * choice^2: linear in one-hot features.
double additive_law(const Encoding& x) {
    double ms = 0.5;
    for (std::size_t g = 0; g < x.size(); ++g) ms += 0.1 * static_cast<double>(g + 1) * x[g] * x[g];
    return ms;
}

// One feature, points 1 and 2, times 3 and 5, penalty 1 on both: [[1+4+1, 3], [3, 2+1]] [c, o] = [13, 8];
// determinant 9, so c = (39 - 24) / 9 = 5/3 and o = (48 - 39) / 9 = 1.
TEST(LinearSurrogate, RidgeByHand) {
    const SurrogateSamples samples{.features = 1, .points = {1, 2}, .ms = {3, 5}};
    const LinearSurrogate fit = fit_linear(samples, {.penalty = 1, .penalise_offset = true});
    EXPECT_NEAR(fit.coefficients_ms()[0], 5.0 / 3, 1e-14);
    EXPECT_NEAR(fit.offset_ms(), 1, 1e-14);
}

// The offset free: [[6, 3], [3, 2]] [c, o] = [13, 8]; determinant 3: c = (26 - 24) / 3, o = (48 - 39) / 3.
TEST(LinearSurrogate, RidgeWithAFreeOffsetByHand) {
    const SurrogateSamples samples{.features = 1, .points = {1, 2}, .ms = {3, 5}};
    const LinearSurrogate fit = fit_linear(samples, {.penalty = 1, .penalise_offset = false});
    EXPECT_NEAR(fit.coefficients_ms()[0], 2.0 / 3, 1e-14);
    EXPECT_NEAR(fit.offset_ms(), 3, 1e-14);
}

// At the minimum the residuals are orthogonal to every column up to the penalty: X^T (t - X b) = penalty * b.
TEST(LinearSurrogate, FulfilsTheNormalEquations) {
    Rng rng(3, Purpose::test, 9);
    const SurrogateSamples samples =
        test::random_samples(groups, 60, 1, [&](const Encoding& x) { return additive_law(x) + 0.1 * rng.normal(); });
    const double penalty = 0.7;
    const LinearSurrogate fit = fit_linear(samples, {.penalty = penalty});
    std::vector<double> sums(groups.total() + 1);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const double residual = samples.ms[i] - fit.value(samples.point(i));
        for (std::size_t j = 0; j < groups.total(); ++j) sums[j] += samples.point(i)[j] * residual;
        sums.back() += residual;
    }
    for (std::size_t j = 0; j < groups.total(); ++j) EXPECT_NEAR(sums[j], penalty * fit.coefficients_ms()[j], 1e-12);
    EXPECT_NEAR(sums.back(), penalty * fit.offset_ms(), 1e-12);
}

TEST(LinearSurrogate, RecoversALinearLaw) {
    const SurrogateSamples samples = test::random_samples(groups, 100, 2, additive_law);
    for (const double penalty : {0.0, 1e-9}) {
        const LinearSurrogate fit = fit_linear(samples, {.penalty = penalty});
        // the bias of the ridge, penalty * |coefficients| / count, and the condition of the normal equations
        for (std::size_t i = 0; i < samples.size(); ++i) EXPECT_NEAR(fit.value(samples.point(i)), samples.ms[i], 1e-8);
        // differences between the options of a group are determined, unlike their common level
        EXPECT_NEAR(fit.coefficients_ms()[2] - fit.coefficients_ms()[0], 0.1 * 4, 1e-8);
        EXPECT_NEAR(fit.coefficients_ms()[4] - fit.coefficients_ms()[3], 0.2, 1e-8);
    }
}

TEST(LinearSurrogate, APenaltyShrinksTheCoefficients) {
    const SurrogateSamples samples = test::random_samples(groups, 100, 2, additive_law);
    double before = std::numeric_limits<double>::infinity();
    for (const double penalty : {0.1, 1.0, 10.0, 1e6}) {
        const LinearSurrogate fit = fit_linear(samples, {.penalty = penalty});
        double norm = fit.offset_ms() * fit.offset_ms();
        for (const double c : fit.coefficients_ms()) norm += c * c;
        EXPECT_LT(norm, before);
        before = norm;
    }
    EXPECT_LT(before, 1e-6);
}

TEST(LinearSurrogate, AnOptionThatWasNeverMeasuredCostsNothing) {
    SurrogateSamples samples{.features = 3};
    const ChoiceGroups one(std::vector<std::size_t>{3});
    for (int i = 0; i < 8; ++i) samples.add(one, Encoding{static_cast<std::int16_t>(i % 2)}, 1 + i % 2);
    EXPECT_EQ(fit_linear(samples, {}).coefficients_ms()[2], 0);
}

TEST(LinearSurrogate, GradientIsTheCoefficients) {
    const LinearSurrogate fit = fit_linear(test::random_samples(groups, 50, 2, additive_law), {});
    std::vector<double> gradient(groups.total());
    const std::vector<double> point = test::inner_point(groups, 4);
    EXPECT_EQ(fit.value_and_gradient(point, gradient), fit.value(point));
    EXPECT_EQ(gradient, fit.coefficients_ms());
    EXPECT_LT(test::gradient_error(fit, point, 1e-3), 1e-11);  // exact but for rounding: eps / step
}

TEST(LinearSurrogate, SameBitsForAnyNumberOfThreads) {
    const SurrogateSamples samples = test::random_samples(groups, 300, 5, additive_law);
    const int before = omp_get_max_threads();
    omp_set_num_threads(1);
    const LinearSurrogate one = fit_linear(samples, {});
    omp_set_num_threads(3);
    const LinearSurrogate three = fit_linear(samples, {});
    omp_set_num_threads(before);
    EXPECT_EQ(one, three);
}

TEST(LinearSurrogate, CoefficientsThatAreNoneAreRefused) {
    EXPECT_THROW(LinearSurrogate(0, {}), InternalError);
    EXPECT_THROW(LinearSurrogate(0, {std::numeric_limits<double>::infinity()}), InternalError);
    EXPECT_THROW(LinearSurrogate(std::numeric_limits<double>::quiet_NaN(), {1}), InternalError);
    EXPECT_THROW(fit_linear(SurrogateSamples{.features = 2}, {}), InternalError);
}

}  // namespace
}  // namespace hpnas
