#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/supernet/exact.hpp"
#include "supernet/reference.hpp"

namespace hpnas {
namespace {

using reference::expect_near;
using reference::Vector;

TEST(Exact, ReferenceToy) {  // computed by independent code in another language; rounded
    const ToyProblem toy = quadratic_toy();
    const ExactExpectation exact = exact_expectation(*toy.objective, toy.logits);
    EXPECT_NEAR(exact.value, 2.566296, 5e-7);
    expect_near(exact.gradient, Vector{0.051402, -0.049758, -0.001644, 0.172499, 0.008989, -0.181488}, 5e-7);
    EXPECT_NEAR(exact.score_variance(0), 8.795, 0.01);             // cited from ten million samples
    EXPECT_NEAR(exact.score_variance(exact.value), 0.438, 0.001);  // cited likewise
}

TEST(Exact, GradientIsThatOfTheExpectation) {
    for (const ToyProblem& toy : toy_problems())
        for (const double soften : {0.0, 0.08}) {
            const Vector expected = reference::gradient(
                [&](const Vector& x) { return exact_expectation(*toy.objective, x, soften).value; }, toy.logits);
            expect_near(exact_expectation(*toy.objective, toy.logits, soften).gradient, expected, 1e-8);
        }
}

TEST(Exact, OneChoiceByHand) {
    // Losses 1 and 3 with p = 1/2: E = 2, gradient p0 p1 (1 - 3) = -1/2; the score is (+-1/2, -+1/2), |S|^2 = 1/2, so
    // E L |S|^2 = 1, E L^2 |S|^2 = 5/2, variance 5/2 - 2b + b^2/2 - 1/2; zero at b = 2.
    BlackBoxObjective objective(reference::groups_of({2}), [](const Encoding& x) { return x[0] == 0 ? 1.0 : 3.0; });
    const ExactExpectation exact = exact_expectation(objective, Vector{0, 0});
    EXPECT_DOUBLE_EQ(exact.value, 2);
    expect_near(exact.gradient, Vector{-0.5, 0.5}, 1e-15);
    EXPECT_DOUBLE_EQ(exact.score_variance(0), 2);
    EXPECT_DOUBLE_EQ(exact.optimal_baseline(), 2);
    EXPECT_NEAR(exact.score_variance(2), 0, 1e-15);
    EXPECT_EQ(exact.best_choices, Encoding{0});
    EXPECT_DOUBLE_EQ(exact.best, 1);
    EXPECT_DOUBLE_EQ(exact.probability_of_best, 0.5);
}

TEST(Exact, RefusesMoreArchitecturesThanTheLimit) {
    const ToyProblem toy = quadratic_toy();
    EXPECT_NO_THROW(exact_expectation(*toy.objective, toy.logits, 0, 9));
    EXPECT_THROW(exact_expectation(*toy.objective, toy.logits, 0, 8), InternalError);
}

}  // namespace
}  // namespace hpnas
