#include <gtest/gtest.h>

#include "hpnas/train/adamw.hpp"
#include "train/optimizer_problem.hpp"
#include "train/torch_golden.hpp"

namespace hpnas {
namespace {

TEST(AdamW, MatchesTorch) {
    AdamW optimizer({0.1, 0.9, 0.99, 1e-6, 0.1});
    // float32; (1 - beta2) as float is off by 1e-7 relative, and a step is up to 0.1: 20 eps of values up to 1.
    test::expect_near(test::run_golden_problem(optimizer), golden::adamw, 2.4e-6F);
}

// The first step is rate * g / (|g| + epsilon) whatever the betas: the bias correction is exact.
TEST(AdamW, FirstStepHasTheLengthOfTheRate) {
    AdamW optimizer({0.1, 0.9, 0.999, 1e-12, 0.0});
    Parameters parameters(test::linear_network(1, 1));
    test::set(parameters, "fc.weight", {0.0F});
    optimizer.start(parameters);
    std::vector<float> gradients(parameters.trainable().size(), 0.0F);
    gradients[parameters.find("fc.weight")->offset] = 1e-3F;
    optimizer.step(parameters.trainable(), gradients, {0.1, 1.0});
    EXPECT_NEAR(test::get(parameters, "fc.weight")[0], -0.1F, 1e-6F);  // a few roundings of 1e-7 relative
}

// Without a gradient but with an L2 penalty the first step is rate * sign(weight), however small the penalty.
TEST(AdamW, DecayThatIsNotDecoupledIsPartOfTheGradient) {
    AdamW optimizer({0.1, 0.9, 0.999, 1e-12, 1e-3, false});
    Parameters parameters(test::linear_network(2, 1));
    test::set(parameters, "fc.weight", {1.0F, -3.0F});
    optimizer.start(parameters);
    optimizer.step(parameters.trainable(), std::vector<float>(parameters.trainable().size(), 0.0F), {0.1, 1.0});
    EXPECT_NEAR(test::get(parameters, "fc.weight")[0], 0.9F, 1e-6F);  // a few roundings of 1e-7 relative
    EXPECT_NEAR(test::get(parameters, "fc.weight")[1], -2.9F, 2e-6F);
}

}  // namespace
}  // namespace hpnas
