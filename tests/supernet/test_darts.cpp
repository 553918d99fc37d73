#include <gtest/gtest.h>

#include "hpnas/supernet/darts.hpp"
#include "supernet/reference.hpp"

namespace hpnas {
namespace {

using reference::expect_near;
using reference::Vector;

TEST(Darts, IsTheGradientOfTheLossAtTheProbabilities) {
    for (const ToyProblem& toy : toy_problems())
        for (const double epsilon : {0.0, 0.08}) {
            const DartsEstimator darts({.soften = epsilon});
            RelaxedObjective* const term = toy.objective.get();
            const auto probabilities = [&](const Vector& x) {
                Vector p = reference::log_law(term->groups(), x, epsilon);
                for (double& value : p) value = std::exp(value);
                return p;
            };
            const Vector expected = reference::gradient(
                [&](const Vector& x) { return reference::relaxed_loss(*term, probabilities(x)); }, toy.logits);
            const Estimate estimate = darts.estimate(toy.logits, std::span(&term, 1), {});
            expect_near(estimate.gradient, expected, 1e-8);
            expect_near(estimate.points, probabilities(toy.logits), 1e-15);
            EXPECT_EQ(estimate.choices, argmax(term->groups(), toy.logits));
        }
}

}  // namespace
}  // namespace hpnas
