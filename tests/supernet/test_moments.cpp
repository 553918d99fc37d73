#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/core/error.hpp"
#include "hpnas/supernet/moments.hpp"
#include "supernet/reference.hpp"

namespace hpnas {
namespace {

using reference::expect_near;
using reference::Vector;

TEST(Moments, MeanAndVarianceByHand) {
    RunningMoments moments;
    EXPECT_EQ(moments.total_variance(), 0);
    for (const Vector& x : {Vector{1, 1e9}, Vector{2, 1e9 + 3}, Vector{6, 1e9 + 6}}) moments.add(x);
    EXPECT_EQ(moments.count(), 3U);
    expect_near(moments.mean(), Vector{3, 1e9 + 3}, 0);
    expect_near(moments.variance(), Vector{7, 9}, 1e-12);  // (4 + 1 + 9) / 2, (9 + 0 + 9) / 2
    EXPECT_NEAR(moments.total_variance(), 16, 1e-12);
    EXPECT_THROW(moments.add(Vector{1}), InternalError);
}

TEST(Moments, OneVectorHasNoVariance) {
    RunningMoments moments;
    moments.add(Vector{1, 2});
    expect_near(moments.variance(), Vector{0, 0}, 0);
}

TEST(Moments, BiasComparesWithItsNoise) {
    RunningMoments moments;
    moments.add(Vector{0, 5});
    moments.add(Vector{2, 5});
    const Bias off = bias(moments, Vector{4, 1});
    EXPECT_DOUBLE_EQ(off.norm, 5);   // (1 - 4, 5 - 1)
    EXPECT_DOUBLE_EQ(off.noise, 1);  // variance 2 of two samples
}

TEST(Moments, ANoiselessEstimatorHasNone) {
    const ToyProblem toy = quadratic_toy();
    RelaxedObjective* const term = toy.objective.get();
    const auto darts = reference::make("darts");
    const RunningMoments moments = measure_moments(*darts, std::span(&term, 1), toy.logits, 5, 1);
    EXPECT_EQ(moments.count(), 5U);
    EXPECT_EQ(moments.total_variance(), 0);
}

TEST(Moments, WarmUpStepsAreNotCounted) {
    const ToyProblem toy = quadratic_toy();
    RelaxedObjective* const term = toy.objective.get();
    const auto estimator = reference::make("{name: reinforce, baseline: ema, momentum: 0.99}");
    const RunningMoments moments = measure_moments(*estimator, std::span(&term, 1), toy.logits, 10, 1, 200);
    EXPECT_EQ(moments.count(), 10U);
    EXPECT_NEAR(estimator->state()[0], 1 - std::pow(0.99, 210), 1e-12);
}

}  // namespace
}  // namespace hpnas
