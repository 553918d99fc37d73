#include <gtest/gtest.h>

#include "hpnas/train/sgd.hpp"
#include "train/optimizer_problem.hpp"
#include "train/torch_golden.hpp"

namespace hpnas {
namespace {

// Four float32 steps of a handful of operations on values up to 1: 10 eps.
constexpr float tolerance = 1.2e-6F;

TEST(Sgd, NesterovWithDecayMatchesTorch) {
    Sgd optimizer({0.1, 0.9, true, 0.01});
    test::expect_near(test::run_golden_problem(optimizer), golden::sgd_nesterov, tolerance);
}

TEST(Sgd, PlainMomentumMatchesTorch) {
    Sgd optimizer({0.1, 0.5, false, 0.0});
    test::expect_near(test::run_golden_problem(optimizer), golden::sgd_momentum, tolerance);
}

// By hand: w = 2, g = 8 scaled by 1/4, rate 0.5, momentum 0.5, Nesterov: v = 2, w = 2 - 0.5 (2 + 1) = 0.5; then g = 0:
// v = 1, w = 0.5 - 0.5 * 0.5 = 0.25.
TEST(Sgd, GradientIsScaledBeforeMomentum) {
    Parameters parameters(test::linear_network(1, 1));
    test::set(parameters, "fc.weight", {2.0F});
    Sgd optimizer({1.0, 0.5, true, 0.0});
    optimizer.start(parameters);
    std::vector<float> gradients(parameters.trainable().size(), 0.0F);
    gradients[parameters.find("fc.weight")->offset] = 8.0F;
    optimizer.step(parameters.trainable(), gradients, {0.5, 0.25});
    EXPECT_EQ(test::get(parameters, "fc.weight")[0], 0.5F);
    gradients.assign(gradients.size(), 0.0F);
    optimizer.step(parameters.trainable(), gradients, {0.5, 0.25});
    EXPECT_EQ(test::get(parameters, "fc.weight")[0], 0.25F);
}

}  // namespace
}  // namespace hpnas
