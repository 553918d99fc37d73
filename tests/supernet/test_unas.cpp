#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "hpnas/core/error.hpp"
#include "hpnas/supernet/exact.hpp"
#include "hpnas/supernet/moments.hpp"
#include "hpnas/supernet/unas.hpp"
#include "supernet/reference.hpp"

namespace hpnas {
namespace {

using reference::expect_near;
using reference::make;
using reference::Vector;

RunningMoments moments_of(const std::string& yaml, const ToyProblem& toy, std::size_t count, std::size_t warm_up = 0) {
    RelaxedObjective* const term = toy.objective.get();
    return measure_moments(*make(yaml), std::span(&term, 1), toy.logits, count, 11, warm_up);
}

TEST(Unas, IsTheThreeTermsByFiniteDifferences) {
    for (const ToyProblem& toy : toy_problems())
        for (const double epsilon : {0.0, 0.08})
            for (const bool coupled : {true, false}) {
                const auto unas = make("{name: unas, temperature: 0.6, soften: " + std::to_string(epsilon) +
                                       ", coupled: " + (coupled ? "true}" : "false}"));
                RelaxedObjective* const term = toy.objective.get();
                for (std::uint64_t step = 0; step < 10; ++step) {
                    Vector noise(2 * toy.logits.size());
                    draw_uniforms({.seed = 4, .step = step}, 0, noise);
                    const auto middle = noise.begin() + static_cast<std::ptrdiff_t>(toy.logits.size());
                    const Vector u(noise.begin(), middle), v(middle, noise.end());
                    const Vector expected = reference::unas(*term, toy.logits, epsilon, 0.6, u, coupled ? nullptr : &v);
                    const Estimate actual = unas->estimate(toy.logits, std::span(&term, 1), {.seed = 4, .step = step});
                    expect_near(actual.gradient, expected, 2e-7);  // central differences, slopes up to 1e3
                }
            }
}

// With two options per choice everything depends on the noise through g = y_0 - y_1 only, which is logistic: the mean
// is a one-dimensional integral, here by the tanh-sinh rule on both sides of the point where the winner changes.
double integrate(const std::function<double(double)>& f, double a, double b) {
    double sum = 0;
    constexpr double h = 0.02;
    for (int i = -230; i <= 230; ++i) {
        const double t = h * i, inner = std::numbers::pi / 2 * std::sinh(t);
        const double weight = std::numbers::pi / 2 * std::cosh(t) / (std::cosh(inner) * std::cosh(inner));
        const double share = 1 / (1 + std::exp(-2 * inner));  // of the way from a to b
        const double x = a + (b - a) * share;
        if (x <= a || x >= b || weight == 0) continue;
        sum += h * weight * f(x) * (b - a) / 2;
    }
    return sum;
}

TEST(Unas, IsUnbiasedByQuadratureOverTheNoise) {
    const auto outer = [](double h) { return ValueSlope{1 + std::exp(h), std::exp(h)}; };
    PolynomialObjective objective(reference::groups_of({2}), {0.8, -0.4}, {0.6, -1, -1, 0.2}, outer);
    const Vector logits{0.3, -0.5};
    const Vector exact = exact_expectation(objective, logits).gradient;
    for (const double temperature : {0.2, 0.4, 1.0, 5.0}) {
        const auto component = [&](double x) {  // the noise's difference at its quantile x
            const SoftenedLaw law(objective.groups(), logits, 0);
            GumbelSample sample;
            sample.perturbed = {law.log_probabilities()[0] + std::log(x / (1 - x)), law.log_probabilities()[1]};
            sample.choices = argmax(objective.groups(), sample.perturbed);
            sample.relaxed = reference::relax(objective.groups(), sample.perturbed, temperature);
            Vector discrete(1), relaxed(1), slope(2), s(2), w(2), g(2);
            objective.value(sample.choices, discrete);
            objective.value_and_grad(sample.relaxed, relaxed, slope);
            softmax_backward(objective.groups(), sample.relaxed, slope, temperature, s);
            winner_ratios(objective.groups(), sample.perturbed, sample.choices, w);
            add_through_shares(law, w, s, 1, g);
            law.add_score(sample.choices, discrete[0] - relaxed[0], g);
            return g[0];
        };
        const double change = 1 / (1 + std::exp(logits[0] - logits[1]));
        const double mean = integrate(component, 0, change) + integrate(component, change, 1);
        EXPECT_NEAR(mean, exact[0], 1e-7) << temperature;
    }
}

TEST(Unas, MonteCarloMeanIsExactAndVarianceAsCited) {
    const ToyProblem toy = quadratic_toy();
    const Vector exact = exact_expectation(*toy.objective, toy.logits).gradient;
    const RunningMoments moments = moments_of("{name: unas, temperature: 0.4}", toy, 200000);
    const Bias off = bias(moments, exact);
    EXPECT_LT(off.norm, 3 * off.noise);
    EXPECT_LT(off.noise, 0.002);
    EXPECT_NEAR(moments.total_variance(), 0.513, 0.01);  // cited from ten million samples
}

TEST(Unas, EveryOptionKeepsItUnbiased) {
    for (const char* yaml :
         {"{name: unas, coupled: false}", "{name: unas, baseline: ema}", "{name: unas, fit_control_scale: true}",
          "{name: unas, control_scale: 0.5}", "{name: unas, samples: 3, baseline: leave_one_out}",
          "{name: unas, fit_control_scale: true, baseline: ema, coupled: false}"})
        for (const ToyProblem& toy : toy_problems()) {
            const Vector exact = exact_expectation(*toy.objective, toy.logits).gradient;
            const Bias off = bias(moments_of(yaml, toy, 30000, 500), exact);
            EXPECT_LT(off.norm, 3 * off.noise) << yaml << " " << toy.name;
        }
}

TEST(Unas, SoftenedItIsUnbiasedForTheSoftenedLaw) {
    const ToyProblem toy = quadratic_toy();
    const Bias off = bias(moments_of("{name: unas, soften: 0.08}", toy, 100000),
                          exact_expectation(*toy.objective, toy.logits, 0.08).gradient);
    EXPECT_LT(off.norm, 3 * off.noise);
}

TEST(Unas, WithoutItsCorrectionTermItWouldBeBiased) {
    const ToyProblem toy = quadratic_toy();
    RelaxedObjective& objective = *toy.objective;
    const SoftenedLaw law(objective.groups(), toy.logits, 0);
    RunningMoments moments;
    for (std::uint64_t step = 0; step < 200000; ++step) {
        Vector u(6), discrete(1), relaxed(1), slope(6), g(6);
        draw_uniforms({.step = step}, 0, u);
        const GumbelSample sample = gumbel_sample(law, u, 0.4);
        objective.value(sample.choices, discrete);
        objective.value_and_grad(sample.relaxed, relaxed, slope);
        softmax_backward(objective.groups(), sample.relaxed, slope, 0.4, g);
        law.add_score(sample.choices, discrete[0] - relaxed[0], g);
        moments.add(g);
    }
    const Bias off = bias(moments, exact_expectation(objective, toy.logits).gradient);
    EXPECT_NEAR(off.norm, 0.0633, 4 * off.noise);  // cited from ten million samples
    EXPECT_GT(off.norm, 10 * off.noise);
}

// At low temperatures the factor 1 / temperature may cost more than the control variate saves (the sine toy at 0.4).
TEST(Unas, VariesLessThanReinforceWithoutBaseline) {
    for (const ToyProblem& toy : toy_problems())
        EXPECT_LT(moments_of("{name: unas, temperature: 1}", toy, 20000).total_variance(),
                  exact_expectation(*toy.objective, toy.logits).score_variance(0))
            << toy.name;
}

TEST(Unas, WithoutControlVariateItIsReinforce) {
    const ToyProblem toy = sine_toy();
    RelaxedObjective* const term = toy.objective.get();
    for (const char* baseline : {"none", "ema"}) {
        const auto unas = make("{name: unas, control_scale: 0, baseline: " + std::string(baseline) + "}");
        const auto reinforce = make("{name: reinforce, baseline: " + std::string(baseline) + "}");
        for (std::uint64_t step = 0; step < 20; ++step) {
            const Estimate a = unas->estimate(toy.logits, std::span(&term, 1), {.seed = 2, .step = step});
            const Estimate b = reinforce->estimate(toy.logits, std::span(&term, 1), {.seed = 2, .step = step});
            expect_near(a.gradient, b.gradient, 1e-13);
            EXPECT_EQ(a.choices, b.choices);
            unas->observe(a.statistics);
            reinforce->observe(b.statistics);
        }
    }
}

TEST(Unas, AConstantSurrogateActsAsABaseline) {
    const ToyProblem toy = sine_toy();
    const ChoiceGroups& groups = toy.objective->groups();
    BlackBoxObjective constant(
        groups, [&](const Encoding& x) { return reference::discrete_loss(*toy.objective, x); },
        LinearCost{2.5, Vector(12)});
    RelaxedObjective* const term = &constant;
    const Estimate estimate = make("unas")->estimate(toy.logits, std::span(&term, 1), {});
    Vector expected(12);
    SoftenedLaw(groups, toy.logits, 0).add_score(estimate.choices, estimate.terms[0].discrete - 2.5, expected);
    expect_near(estimate.gradient, expected, 1e-14);
}

// At a linear relaxation that continues the loss, uncoupled UNAS at a high temperature and REINFORCE with the best
// baseline have means alike; the fitted scale finds what the control variate is worth.
TEST(Unas, FittedScaleGoesToOneForAGoodControlVariateAndToZeroForNoise) {
    const ToyProblem toy = quadratic_toy();
    const ChoiceGroups& groups = toy.objective->groups();
    const auto fitted = [&](RelaxedObjective& objective) {
        const auto unas = make("{name: unas, fit_control_scale: true, control_scale: 0.7, momentum: 0.999}");
        RelaxedObjective* const term = &objective;
        EXPECT_EQ(unas->estimate(toy.logits, std::span(&term, 1), {}).terms[0].control_scale, 0.7);
        measure_moments(*unas, std::span(&term, 1), toy.logits, 5000, 1);
        return unas->estimate(toy.logits, std::span(&term, 1), {}).terms[0].control_scale;
    };
    EXPECT_NEAR(fitted(*toy.objective), 1, 0.1);
    BlackBoxObjective unrelated(
        groups, [&](const Encoding& x) { return x[1] == 0 ? 1.0 : -1.0; },
        [](std::span<const double> point, std::span<double> slope) {
            std::fill(slope.begin(), slope.end(), 0.0);
            slope[0] = 5;
            return 5 * point[0] - 2.5;
        });
    EXPECT_NEAR(fitted(unrelated), 0, 0.1);
}

TEST(Unas, FittedScaleVariesLessThanAFixedOneWhereTheSurrogateIsPoor) {
    const ToyProblem toy = sine_toy();
    const double fixed = moments_of("{name: unas, temperature: 0.1}", toy, 20000, 1000).total_variance();
    const double fitted =
        moments_of("{name: unas, temperature: 0.1, fit_control_scale: true, momentum: 0.99}", toy, 20000, 1000)
            .total_variance();
    EXPECT_LT(fitted, fixed);
}

// The best factor and constant can be no worse than no control variate and the best constant.
TEST(Unas, FittedScaleAndBaselineVaryLessThanReinforceWithTheBestBaseline) {
    for (const ToyProblem& toy : toy_problems()) {
        const ExactExpectation exact = exact_expectation(*toy.objective, toy.logits);
        const RunningMoments moments =
            moments_of("{name: unas, fit_control_scale: true, baseline: ema, momentum: 0.999}", toy, 20000, 5000);
        EXPECT_LT(moments.total_variance(), 1.03 * exact.score_variance(exact.optimal_baseline()))  // of 20000 samples
            << toy.name;
    }
}

TEST(Unas, AnExampleOfItsOwnArchitectureGetsItsOwnLoss) {
    reference::BatchObjective batch({1, 2, -3});
    RelaxedObjective* const term = &batch;
    const Estimate estimate =
        make("{name: unas, per_example: true}")->estimate(batch.logits(), std::span(&term, 1), {.seed = 6});
    Vector noise(18), expected(6);
    draw_uniforms({.seed = 6}, 0, noise);
    const Vector scales{1, 2, -3};
    for (std::size_t row = 0; row < 3; ++row) {
        const Vector u(noise.begin() + static_cast<std::ptrdiff_t>(6 * row),
                       noise.begin() + static_cast<std::ptrdiff_t>(6 * row + 6));
        reference::BatchObjective alone({scales[row]});
        const Vector part = reference::unas(alone, batch.logits(), 0, 0.4, u);
        for (std::size_t i = 0; i < 6; ++i) expected[i] += part[i] / 3;
    }
    expect_near(estimate.gradient, expected, 1e-7);
    EXPECT_EQ(estimate.points.size(), 18U);
    EXPECT_EQ(estimate.choices.size(), 6U);
}

TEST(Unas, ATermWithoutExamplesHasOneArchitecturePerSample) {
    reference::BatchObjective batch({1, 2, -3});
    std::size_t calls = 0;
    BlackBoxObjective cost(batch.groups(), [&](const Encoding& x) {
        ++calls;
        return static_cast<double>(x.size());
    });
    const std::vector<RelaxedObjective*> terms{&batch, &cost};
    const Estimate estimate = make("{name: unas, per_example: true, samples: 2}")->estimate(batch.logits(), terms, {});
    EXPECT_EQ(calls, 2U);
    EXPECT_EQ(estimate.terms[1].discrete, 2);  // choices
}

TEST(Unas, SeparateTermsAreUnbiasedForTheirSum) {
    const ToyProblem toy = quadratic_toy();
    BlackBoxObjective count(toy.objective->groups(), [](const Encoding& x) { return 0.3 * x[0] * x[1]; });
    BlackBoxObjective both(toy.objective->groups(), [&](const Encoding& x) {
        return reference::discrete_loss(*toy.objective, x) + 0.3 * x[0] * x[1];
    });
    const std::vector<RelaxedObjective*> terms{toy.objective.get(), &count};
    const Bias off = bias(measure_moments(*make("unas"), terms, toy.logits, 100000, 3),
                          exact_expectation(both, toy.logits).gradient);
    EXPECT_LT(off.norm, 3 * off.noise);
}

TEST(Unas, UncoupledNeedsASecondRelaxedPass) {
    EXPECT_EQ(make("unas")->info().relaxed_passes, 1);
    EXPECT_EQ(make("{name: unas, coupled: false}")->info().relaxed_passes, 2);
}

TEST(Unas, LeaveOneOutNeedsSamples) { EXPECT_THROW(make("{name: unas, baseline: leave_one_out}"), ConfigError); }

}  // namespace
}  // namespace hpnas
