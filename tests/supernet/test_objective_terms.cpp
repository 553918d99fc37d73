#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/core/error.hpp"
#include "hpnas/supernet/objective_terms.hpp"
#include "supernet/reference.hpp"

namespace hpnas {
namespace {

using reference::expect_near;
using reference::Vector;

const Vector train{1, 2, 3, 4}, val{2, 1, 3, 8};

TEST(GeneralisationGap, PerExampleByHand) {
    const GapLoss gap = generalisation_gap(train, val, {});
    expect_near(gap.losses, Vector{1.5, 2.5, 3, 6}, 1e-15);  // + 0.5 * {1, 1, 0, 4}
    expect_near(gap.train_slopes, Vector{0.5, 1.5, 1, 0.5}, 1e-15);
    expect_near(gap.val_slopes, Vector{0.5, -0.5, 0, 0.5}, 1e-15);
    EXPECT_DOUBLE_EQ(gap.share_above, 0.5);
}

TEST(GeneralisationGap, MeanFormIsTheGapOfTheMeans) {
    const GapLoss gap = generalisation_gap(train, val, {.form = "mean"});  // means 2.5 and 3.5
    EXPECT_DOUBLE_EQ(reference::sum(gap.losses) / 4, 2.5 + 0.5 * 1);
    expect_near(gap.train_slopes, Vector(4, 0.5), 1e-15);
    const GapLoss reversed = generalisation_gap(val, train, {.form = "mean"});
    EXPECT_DOUBLE_EQ(reference::sum(reversed.losses) / 4, 3.5 + 0.5 * 1);
    expect_near(reversed.val_slopes, Vector(4, -0.5), 1e-15);
}

TEST(GeneralisationGap, PerExampleIsNeverBelowTheMeanForm) {
    const double own = reference::sum(generalisation_gap(train, val, {}).losses);
    EXPECT_GE(own, reference::sum(generalisation_gap(train, val, {.form = "mean"}).losses));
}

TEST(GeneralisationGap, SlopesMatchFiniteDifferences) {
    for (const char* form : {"per_example", "mean"}) {
        const Vector a{1, 2, 3.3, 4};
        const GapLoss gap = generalisation_gap(a, val, {.lambda = 0.3, .form = form});
        const auto total = [&](const Vector& x, const Vector& y) {
            return reference::sum(generalisation_gap(x, y, {.lambda = 0.3, .form = form}).losses);
        };
        expect_near(gap.train_slopes, reference::gradient([&](const Vector& x) { return total(x, val); }, a), 1e-9);
        expect_near(gap.val_slopes, reference::gradient([&](const Vector& y) { return total(a, y); }, val), 1e-9);
    }
}

TEST(GeneralisationGap, LambdaZeroIsTheTrainLoss) {
    expect_near(generalisation_gap(train, val, {.lambda = 0}).losses, train, 0);
}

TEST(GeneralisationGap, RefusesUnpairedExamples) {
    EXPECT_THROW(generalisation_gap(train, Vector{1}, {}), InternalError);
    EXPECT_THROW(generalisation_gap({}, {}, {}), InternalError);
}

TEST(LatencyTerm, HingeCostsOnlyWhatIsOverTheTarget) {
    const LatencyTerm hinge({.form = "hinge", .target_ms = 10});  // 0.1 per ms after 30000 steps
    EXPECT_EQ(hinge(10, 30000).value, 0);
    EXPECT_EQ(hinge(9, 30000).slope, 0);
    EXPECT_NEAR(hinge(14, 30000).value, 0.4, 1e-15);
    EXPECT_NEAR(hinge(14, 30000).slope, 0.1, 1e-15);
    EXPECT_NEAR(hinge(14, 60000).value, 0.4, 1e-15);
    EXPECT_NEAR(hinge(14, 15000).value, 0.2, 1e-15);
    EXPECT_EQ(hinge(14, 0).value, 0);
    EXPECT_NEAR(LatencyTerm({.form = "hinge", .target_ms = 10, .ramp_steps = 0})(14, 0).value, 0.4, 1e-15);
}

TEST(LatencyTerm, PowerIsAlphaTimesLatencyToTheBeta) {
    const LatencyTerm power({.form = "power", .alpha = 0.5, .beta = 2});
    EXPECT_NEAR(power(3, 0).value, 4.5, 1e-15);
    EXPECT_NEAR(power(3, 0).slope, 3, 1e-15);
    EXPECT_EQ(power(-1, 0).value, 0);
    EXPECT_EQ(power(-1, 0).slope, 0);
}

TEST(LatencyTerm, AHingeNeedsATarget) { EXPECT_THROW(LatencyTerm({.form = "hinge"}), ConfigError); }

TEST(LatencyTerm, NoneCostsNothing) { EXPECT_EQ(LatencyTerm({})(1e6, 1000000).value, 0); }

const ChoiceGroups slots = reference::groups_of({2, 3, 2, 3});  // inputs and operators of two slots
const std::vector<BranchPair> pairs{{0, 1, 2, 3}};

TEST(DuplicateBranches, CountsEqualSlotsAtArchitectures) {
    Vector point(10), gradient(10);
    for (const auto& [z, expected] :
         std::vector<std::pair<Encoding, double>>{{{1, 2, 1, 2}, 0.2}, {{1, 2, 0, 2}, 0}, {{1, 2, 1, 1}, 0}}) {
        one_hot(slots, z, point);
        EXPECT_DOUBLE_EQ(add_duplicate_branches(slots, pairs, 0.2, point, gradient), expected);
    }
}

TEST(DuplicateBranches, IsTheProductOfTheOuterProducts) {
    // sum over (input, op) of W0 W1, W = in (x) op: the definition, term by term.
    const Vector point{.3, .7, .2, .5, .3, .6, .4, .1, .1, .8};
    double expected = 0;
    for (std::size_t j = 0; j < 2; ++j)
        for (std::size_t k = 0; k < 3; ++k) expected += point[j] * point[2 + k] * point[5 + j] * point[7 + k];
    Vector gradient(10);
    EXPECT_NEAR(add_duplicate_branches(slots, pairs, 1, point, gradient), expected, 1e-15);
}

TEST(DuplicateBranches, GradientMatchesFiniteDifferencesAndIsAdded) {
    const Vector point{.3, .7, .2, .5, .3, .6, .4, .1, .1, .8};
    Vector gradient(10, 1.0);
    add_duplicate_branches(slots, pairs, 0.2, point, gradient);
    Vector expected = reference::gradient(
        [](const Vector& x) {
            Vector unused(10);
            return add_duplicate_branches(slots, pairs, 0.2, x, unused);
        },
        point);
    for (double& g : expected) g += 1;
    expect_near(gradient, expected, 1e-9);
}

TEST(DuplicateBranches, SlotsMustBeAlike) {
    Vector point(10), gradient(10);
    EXPECT_THROW(add_duplicate_branches(slots, std::vector<BranchPair>{{0, 1, 1, 3}}, 1, point, gradient),
                 InternalError);
}

}  // namespace
}  // namespace hpnas
