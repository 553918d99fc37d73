#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/supernet/exact.hpp"
#include "hpnas/supernet/moments.hpp"
#include "hpnas/supernet/reinforce.hpp"
#include "supernet/reference.hpp"

namespace hpnas {
namespace {

using reference::expect_near;
using reference::make;
using reference::Vector;

class Reinforce : public ::testing::Test {
protected:
    ToyProblem toy = quadratic_toy();
    RelaxedObjective* term = toy.objective.get();
    std::span<RelaxedObjective* const> terms{&term, 1};
    ExactExpectation exact = exact_expectation(*term, toy.logits);
};

TEST_F(Reinforce, IsLossTimesScore) {
    const Estimate estimate = make("{name: reinforce, baseline: none}")->estimate(toy.logits, terms, {});
    const SoftenedLaw law(term->groups(), toy.logits, 0);
    const double loss = reference::discrete_loss(*term, estimate.choices);
    Vector expected(6);
    law.add_score(estimate.choices, loss, expected);
    expect_near(estimate.gradient, expected, 1e-15);
    EXPECT_EQ(estimate.terms[0].discrete, loss);
    EXPECT_EQ(estimate.points, vertices(term->groups(), estimate.choices));
    expect_near(estimate.path, Vector(6), 0);
}

TEST_F(Reinforce, MomentsAreThoseOfEnumeration) {
    constexpr std::size_t n = 200000;
    const RunningMoments plain = measure_moments(*make("{name: reinforce, baseline: none}"), terms, toy.logits, n, 1);
    EXPECT_LT(bias(plain, exact.gradient).norm, 3 * bias(plain, exact.gradient).noise);
    EXPECT_NEAR(plain.total_variance(), exact.score_variance(0), 0.02 * exact.score_variance(0));
    const RunningMoments moving =
        measure_moments(*make("{name: reinforce, momentum: 0.999}"), terms, toy.logits, n, 1, 10000);
    EXPECT_LT(bias(moving, exact.gradient).norm, 3 * bias(moving, exact.gradient).noise);
    // A slow average is nearly E[L].
    EXPECT_NEAR(moving.total_variance(), exact.score_variance(exact.value), 0.02 * exact.score_variance(exact.value));
}

TEST_F(Reinforce, TheBaselineKnowsPastStepsOnly) {
    const auto moving = make("{name: reinforce, momentum: 0}"), plain = make("{name: reinforce, baseline: none}");
    const Estimate first = moving->estimate(toy.logits, terms, {});
    expect_near(first.gradient, plain->estimate(toy.logits, terms, {}).gradient, 0);
    moving->observe(first.statistics);
    const Estimate second = moving->estimate(toy.logits, terms, {.step = 1});
    Vector expected(6);
    SoftenedLaw(term->groups(), toy.logits, 0)
        .add_score(second.choices, second.terms[0].discrete - first.terms[0].discrete, expected);
    expect_near(second.gradient, expected, 1e-15);
}

TEST_F(Reinforce, LeaveOneOutIsUnbiasedAndVariesLess) {
    constexpr std::size_t n = 50000;
    const RunningMoments others =
        measure_moments(*make("{name: reinforce, baseline: leave_one_out, samples: 4}"), terms, toy.logits, n, 1);
    EXPECT_LT(bias(others, exact.gradient).norm, 3 * bias(others, exact.gradient).noise);
    EXPECT_LT(others.total_variance(), exact.score_variance(0) / 4 / 2);
}

TEST_F(Reinforce, LeaveOneOutNeedsSamples) {
    EXPECT_THROW(make("{name: reinforce, baseline: leave_one_out}"), ConfigError);
}

}  // namespace
}  // namespace hpnas
