// What every registered estimator promises.
#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/supernet/exact.hpp"
#include "hpnas/supernet/moments.hpp"
#include "supernet/reference.hpp"

namespace hpnas {
namespace {

using reference::make;
using reference::Vector;

std::vector<std::string> names() {
    std::vector<std::string> result;
    for (const auto& entry : estimators().entries()) result.push_back(entry.name);
    return result;
}

class EstimatorContract : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Every, EstimatorContract, ::testing::ValuesIn(names()));

Estimate estimate(const GradientEstimator& estimator, const ToyProblem& toy, const EstimatorStep& step) {
    RelaxedObjective* const term = toy.objective.get();
    return estimator.estimate(toy.logits, std::span(&term, 1), step);
}

bool has_option(const std::string& name, const std::string& option) {
    Diagnostics diagnostics;
    const auto& entry = *estimators().find(name, {}, diagnostics);
    for (const OptionDoc& doc : document_options(entry.visit_defaults))
        if (doc.key == option) return true;
    return false;
}

/// Counts passes through a toy.
class Counting final : public RelaxedObjective {
public:
    explicit Counting(RelaxedObjective& inner) : inner_(inner) {}
    const ChoiceGroups& groups() const noexcept override { return inner_.groups(); }
    int discrete = 0, relaxed = 0;

private:
    void do_value(std::span<const std::int16_t> choices, std::span<double> losses) override {
        ++discrete;
        inner_.value(choices, losses);
    }
    void do_value_and_grad(std::span<const double> points, std::span<double> losses,
                           std::span<double> gradients) override {
        ++relaxed;
        inner_.value_and_grad(points, losses, gradients);
    }
    RelaxedObjective& inner_;
};

TEST_P(EstimatorContract, SaysItsNameAndWhatItCosts) {
    const auto estimator = make(GetParam());
    EXPECT_EQ(estimator->info().name, GetParam());
    const ToyProblem toy = quadratic_toy();
    Counting counting(*toy.objective);
    RelaxedObjective* const term = &counting;
    estimator->estimate(toy.logits, std::span(&term, 1), {});
    EXPECT_EQ(counting.discrete, estimator->info().discrete_passes);
    EXPECT_EQ(counting.relaxed, estimator->info().relaxed_passes);
}

TEST_P(EstimatorContract, IsUnbiasedOrNotAsItSays) {
    bool seen_bias = false;
    for (const ToyProblem& toy : toy_problems()) {
        RelaxedObjective* const term = toy.objective.get();
        const auto estimator = make(GetParam());
        const RunningMoments moments = measure_moments(*estimator, std::span(&term, 1), toy.logits, 40000, 21, 200);
        const Bias off = bias(moments, exact_expectation(*term, toy.logits).gradient);
        const bool biased = off.norm > 5 * off.noise + 1e-12;
        seen_bias |= biased;
        if (estimator->info().unbiased) {
            EXPECT_LT(off.norm, 3 * off.noise) << toy.name;
        }
    }
    EXPECT_EQ(seen_bias, !make(GetParam())->info().unbiased);
}

TEST_P(EstimatorContract, IsAFunctionOfSeedStepAndStream) {
    const ToyProblem toy = sine_toy();
    const auto a = make(GetParam()), b = make(GetParam());
    for (std::uint64_t step = 0; step < 20; ++step) estimate(*a, toy, {.seed = 1, .step = step});  // leaves no trace
    const Estimate one = estimate(*a, toy, {.seed = 1, .step = 5}), same = estimate(*b, toy, {.seed = 1, .step = 5});
    EXPECT_EQ(one.gradient, same.gradient);
    EXPECT_EQ(one.choices, same.choices);
    if (GetParam() == "darts") return;  // draws nothing
    const auto twenty = [&](std::uint64_t seed, std::uint64_t first, std::uint64_t stream) {
        Vector points;
        for (std::uint64_t step = first; step < first + 20; ++step) {
            const Vector more = estimate(*a, toy, {.seed = seed, .step = step, .stream = stream}).points;
            points.insert(points.end(), more.begin(), more.end());
        }
        return points;
    };
    EXPECT_NE(twenty(1, 0, 0), twenty(2, 0, 0));
    EXPECT_NE(twenty(1, 0, 0), twenty(1, 20, 0));
    EXPECT_NE(twenty(1, 0, 0), twenty(1, 0, 1));
}

TEST_P(EstimatorContract, ResumesExactlyFromItsState) {
    const ToyProblem toy = sine_toy();
    const auto straight = make(GetParam()), first = make(GetParam()), second = make(GetParam());
    Vector expected, actual;
    for (std::uint64_t step = 0; step < 10; ++step) {
        const Estimate now = estimate(*straight, toy, {.step = step});
        straight->observe(now.statistics);
        expected = now.gradient;
        if (step == 5) second->restore(first->state());
        GradientEstimator& half = step < 5 ? *first : *second;
        const Estimate resumed = estimate(half, toy, {.step = step});
        half.observe(resumed.statistics);
        actual = resumed.gradient;
    }
    EXPECT_EQ(actual, expected);
    EXPECT_EQ(second->state(), straight->state());
}

void expect_lawful_gradients(const GradientEstimator& estimator, RelaxedObjective& objective, const Vector& logits) {
    RelaxedObjective* const term = &objective;
    const ChoiceGroups& groups = objective.groups();
    for (std::uint64_t step = 0; step < 20; ++step) {
        const Vector gradient = estimator.estimate(logits, std::span(&term, 1), {.step = step}).gradient;
        for (const double g : gradient) ASSERT_TRUE(std::isfinite(g));
        for (std::size_t g = 0; g < groups.count(); ++g)  // slopes up to 1e3 / temperature, times 1e-16
            ASSERT_NEAR(reference::sum(groups.slice(std::span<const double>(gradient), g)), 0, 1e-9);
    }
}

TEST_P(EstimatorContract, GradientsSumToZeroPerChoiceAndAreFiniteEverywhere) {
    for (const ToyProblem& toy : toy_problems())
        for (const double scale : {0.0, 1.0, 40.0, 1e4, 1e300})
            for (const char* temperature : {"0.001", "0.4", "100"}) {
                Vector logits = toy.logits;
                for (double& x : logits) x *= scale;
                std::string yaml = "{name: " + GetParam();
                if (has_option(GetParam(), "temperature")) yaml += std::string(", temperature: ") + temperature;
                expect_lawful_gradients(*make(yaml + "}"), *toy.objective, logits);
            }
}

TEST_P(EstimatorContract, AChoiceOfOneOptionHasNoGradient) {
    BlackBoxObjective objective(
        reference::groups_of({1, 2}), [](const Encoding& x) { return 1.0 + x[1]; }, LinearCost{1, {5, 0, 1}});
    RelaxedObjective* const term = &objective;
    EXPECT_EQ(make(GetParam())->estimate(Vector{3, 0, 1}, std::span(&term, 1), {}).gradient[0], 0);
}

TEST_P(EstimatorContract, RefusesTemperaturesThatAreNotPositive) {
    if (!has_option(GetParam(), "temperature")) return;
    try {
        make("{name: " + GetParam() + ", temperature: 0}");
        FAIL();
    } catch (const ConfigError& error) {
        EXPECT_NE(std::string(error.what()).find("e.temperature"), std::string::npos) << error.what();
    }
}

TEST_P(EstimatorContract, FourSamplesHaveAQuarterOfTheVariance) {
    if (!has_option(GetParam(), "samples")) return;
    const ToyProblem toy = quadratic_toy();
    RelaxedObjective* const term = toy.objective.get();
    const std::string baseline = has_option(GetParam(), "baseline") ? ", baseline: none" : "";
    const auto total_variance = [&](int samples) {
        const auto estimator = make("{name: " + GetParam() + ", samples: " + std::to_string(samples) + baseline + "}");
        return measure_moments(*estimator, std::span(&term, 1), toy.logits, 20000, 1).total_variance();
    };
    EXPECT_NEAR(total_variance(1) / total_variance(4), 4, 0.4);  // each variance is known to about 2 %
}

TEST_P(EstimatorContract, AnArchitecturePerExampleHasTheMeanOfASharedOne) {
    if (!has_option(GetParam(), "per_example")) return;
    reference::BatchObjective batch({0.5, 1, 1.5});
    RelaxedObjective* const term = &batch;
    const auto moments = [&](const std::string& per_example) {
        const auto estimator = make("{name: " + GetParam() + ", per_example: " + per_example + "}");
        return measure_moments(*estimator, std::span(&term, 1), batch.logits(), 30000, 1, 200);
    };
    const RunningMoments own = moments("true"), shared = moments("false");
    const Bias off = bias(own, shared.mean());
    EXPECT_LT(off.norm, 3 * std::hypot(off.noise, bias(shared, shared.mean()).noise));
}

TEST_P(EstimatorContract, PointsLieInTheSimplicesAndChoicesInRange) {
    const ToyProblem toy = sine_toy();
    const auto estimator = make(GetParam());
    const ChoiceGroups& groups = toy.objective->groups();
    for (std::uint64_t step = 0; step < 50; ++step) {
        const Estimate result = estimate(*estimator, toy, {.step = step});
        ASSERT_EQ(result.points.size(), groups.total());
        ASSERT_EQ(result.choices.size(), groups.count());
        for (std::size_t g = 0; g < groups.count(); ++g) {
            EXPECT_NEAR(reference::sum(groups.slice(std::span<const double>(result.points), g)), 1, 1e-14);
            EXPECT_TRUE(result.choices[g] >= 0 && result.choices[g] < 4);
        }
        EXPECT_EQ(argmax(groups, result.points), Encoding(result.choices.begin(), result.choices.end()));
    }
}

}  // namespace
}  // namespace hpnas
