#include <gtest/gtest.h>

#include "hpnas/supernet/exact.hpp"
#include "hpnas/supernet/moments.hpp"
#include "hpnas/supernet/pathwise.hpp"
#include "supernet/reference.hpp"

namespace hpnas {
namespace {

using reference::expect_near;
using reference::make;
using reference::Vector;

class Pathwise : public ::testing::Test {
protected:
    ToyProblem toy = quadratic_toy();
    RelaxedObjective* term = toy.objective.get();
    std::span<RelaxedObjective* const> terms{&term, 1};
};

TEST_F(Pathwise, SnasIsTheGradientOfTheRelaxedLossAtFixedNoise) {
    for (const double epsilon : {0.0, 0.08}) {
        const auto snas = make("{name: snas, temperature: 0.7, soften: " + std::to_string(epsilon) + "}");
        Vector u(6);
        draw_uniforms({.seed = 3}, 0, u);
        const ChoiceGroups& groups = term->groups();
        const Vector expected = reference::gradient(
            [&](const Vector& x) {
                const Vector y = reference::gumbel_perturb(groups, x, epsilon, u);
                return reference::relaxed_loss(*term, reference::relax(groups, y, 0.7));
            },
            toy.logits);
        expect_near(snas->estimate(toy.logits, terms, {.seed = 3}).gradient, expected, 1e-8);
    }
}

TEST_F(Pathwise, SnasHasTheCitedBiasAndVariance) {  // from ten million samples
    const RunningMoments moments = measure_moments(*make("snas"), terms, toy.logits, 200000, 1);
    const Bias off = bias(moments, exact_expectation(*term, toy.logits).gradient);
    EXPECT_NEAR(off.norm, 0.0522, 4 * off.noise);
    EXPECT_GT(off.norm, 10 * off.noise);
    EXPECT_NEAR(moments.total_variance(), 0.255, 0.005);
}

TEST_F(Pathwise, GdasTakesTheSlopeAtTheVertex) {
    const Estimate estimate = make("{name: gdas, temperature: 0.7}")->estimate(toy.logits, terms, {.seed = 3});
    Vector u(6), loss(1), slope(6), expected(6);
    draw_uniforms({.seed = 3}, 0, u);
    const SoftenedLaw law(term->groups(), toy.logits, 0);
    const GumbelSample sample = gumbel_sample(law, u, 0.7);
    const Vector vertex = vertices(term->groups(), sample.choices);
    term->value_and_grad(vertex, loss, slope);
    softmax_backward(term->groups(), sample.relaxed, slope, 0.7, expected);
    expect_near(estimate.gradient, expected, 1e-15);
    EXPECT_EQ(estimate.points, vertex);
    EXPECT_EQ(estimate.terms[0].relaxed, reference::discrete_loss(*term, sample.choices));
}

TEST_F(Pathwise, GdasOfALinearLossIsSnas) {  // the slope is the same everywhere
    BlackBoxObjective linear(
        term->groups(), [](const Encoding&) { return 0.0; }, LinearCost{1, {1, 2, 3, 4, 5, 6}});
    RelaxedObjective* const one = &linear;
    expect_near(make("{name: gdas, temperature: 0.4}")->estimate(toy.logits, std::span(&one, 1), {}).gradient,
                make("snas")->estimate(toy.logits, std::span(&one, 1), {}).gradient, 1e-15);
}

}  // namespace
}  // namespace hpnas
