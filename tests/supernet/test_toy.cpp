#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/search/encoding.hpp"
#include "hpnas/supernet/exact.hpp"
#include "hpnas/supernet/toy.hpp"
#include "supernet/reference.hpp"

namespace hpnas {
namespace {

using reference::expect_near;
using reference::Vector;

TEST(Toy, GradientsMatchFiniteDifferences) {
    for (const ToyProblem& toy : toy_problems()) {
        const ChoiceGroups& groups = toy.objective->groups();
        Vector point = reference::relax(groups, toy.logits, 0.7), loss(1), slope(point.size());
        toy.objective->value_and_grad(point, loss, slope);
        const Vector expected =
            reference::gradient([&](const Vector& x) { return reference::relaxed_loss(*toy.objective, x); }, point);
        expect_near(slope, expected, 1e-7);
    }
}

/// The largest difference of relaxed and discrete loss over all architectures.
double discontinuity(const ToyProblem& toy) {
    const ChoiceGroups& groups = toy.objective->groups();
    std::vector<Decision> decisions;
    for (std::size_t g = 0; g < groups.count(); ++g) decisions.push_back({"d", Vector(groups.size(g))});
    double largest = 0;
    for (const Encoding& z : all_encodings(decisions, 1000)) {
        Vector point(groups.total());
        one_hot(groups, z, point);
        const double discrete = reference::discrete_loss(*toy.objective, z);
        largest = std::max(largest, std::abs(reference::relaxed_loss(*toy.objective, point) - discrete));
    }
    return largest;
}

TEST(Toy, RelaxationsContinueTheLossExceptForLatency) {
    EXPECT_LT(discontinuity(quadratic_toy()), 1e-12);
    EXPECT_LT(discontinuity(sine_toy()), 1e-12);
    EXPECT_LT(discontinuity(mixture_toy()), 1e-12);
    EXPECT_GT(discontinuity(latency_toy()), 1);
}

TEST(Toy, MixtureLooksBetterThanTheBestArchitecture) {
    const ToyProblem toy = mixture_toy();
    const ExactExpectation exact = exact_expectation(*toy.objective, toy.logits);
    EXPECT_NEAR(exact.best, 2 + 3 * 0.09, 1e-12);  // 0.3^2 in each of the three choices
    EXPECT_EQ(exact.best_choices, (Encoding{2, 2, 2}));
    const double half = 1.05 / 2.05;  // mixes 1 and -1.05 to nothing
    Vector point;
    for (int g = 0; g < 3; ++g) point.insert(point.end(), {half, 1 - half, 0});
    EXPECT_NEAR(reference::relaxed_loss(*toy.objective, point), 2, 1e-12);
}

TEST(Toy, CoefficientsMustFitTheGroups) {
    const auto outer = [](double h) { return ValueSlope{h, 1}; };
    EXPECT_THROW(PolynomialObjective(reference::groups_of({2}), Vector(3), Vector(4), outer), InternalError);
    EXPECT_THROW(PolynomialObjective(reference::groups_of({2}), Vector(2), Vector(3), outer), InternalError);
}

}  // namespace
}  // namespace hpnas
