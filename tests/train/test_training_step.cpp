#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "hpnas/kernel/engine.hpp"
#include "hpnas/tensor/arena.hpp"
#include "hpnas/train/sgd.hpp"
#include "hpnas/train/training_step.hpp"
#include "train/optimizer_problem.hpp"
#include "train/torch_golden.hpp"

namespace hpnas {
namespace {

void set_golden_weights(Parameters& parameters) {
    std::vector<float> scale = test::wave(8, 0.8, 0.1, 0.2);
    for (float& value : scale) value += 1.0F;
    test::set(parameters, "conv.weight", test::wave(8 * 27, 1.3, 0.2, 0.3));
    test::set(parameters, "norm.weight", scale);
    test::set(parameters, "norm.bias", test::wave(8, 0.5, 0.7, 0.1));
    test::set(parameters, "fc.weight", test::wave(32, 2.1, 0.4, 0.5));
    test::set(parameters, "fc.bias", test::wave(4, 1.1, 0.9, 0.1));
}

class TrainingStepTest : public ::testing::Test {
protected:
    TrainingStepTest() : network_(test::conv_network(6, 4)), parameters_(network_) {
        parameters_.initialize(0);
        set_golden_weights(parameters_);
    }

    kernel::Engine engine_;
    Arena arena_;
    Network network_;
    Parameters parameters_;
};

// The whole chain against PyTorch: loss, clipping (steps 0 and 2 below the limit, 1 above), update and running
// statistics.
TEST_F(TrainingStepTest, ThreeStepsMatchTorch) {
    Executor executor(network_, parameters_, {engine_, arena_}, {4, ExecutionMode::training, false});
    Sgd optimizer({0.1, 0.9, true, 5e-4});
    optimizer.start(parameters_);
    TrainingStep step(executor, parameters_, optimizer, {4, 0.1, 0.43});
    const double rates[] = {0.1, 0.08, 0.05};
    for (std::size_t i = 0; i < 3; ++i) {
        std::ranges::copy(test::wave(4 * 108, 0.37, static_cast<double>(i), 1.5), executor.input().begin());
        std::vector<std::int64_t> labels;
        for (std::size_t row = 0; row < 4; ++row) labels.push_back(static_cast<std::int64_t>((row + i) % 4));
        const double loss = step.compute_gradient({{}, labels, {}, {}, 4}, {0, i, {}});
        EXPECT_NEAR(loss, static_cast<double>(golden::step_losses[i]), 2e-6);  // values of order 1 in float32
        EXPECT_NEAR(step.apply_gradient(rates[i]), static_cast<double>(golden::step_norms[i]), 4e-6);
    }
    // Gradients are sums over 144 pixels in another order: some 1e-6 relative; they reach weights times 0.1, thrice.
    constexpr float tolerance = 3e-6F;
    test::expect_near(test::get(parameters_, "conv.weight"), golden::conv_weight, tolerance);
    test::expect_near(test::get(parameters_, "norm.weight"), golden::norm_weight, tolerance);
    test::expect_near(test::get(parameters_, "norm.bias"), golden::norm_bias, tolerance);
    test::expect_near(test::get(parameters_, "norm.running_mean"), golden::norm_mean, tolerance);
    test::expect_near(test::get(parameters_, "norm.running_var"), golden::norm_variance, tolerance);
    test::expect_near(test::get(parameters_, "fc.weight"), golden::fc_weight, tolerance);
    test::expect_near(test::get(parameters_, "fc.bias"), golden::fc_bias, tolerance);
}

// NaN may be caught by the loss or, where a rectifier swallowed it, by the gradient's norm; without clipping too.
TEST_F(TrainingStepTest, NaNInTheDataIsNoticedAndLeavesTheWeightsAlone) {
    Executor executor(network_, parameters_, {engine_, arena_}, {2, ExecutionMode::training, false});
    Sgd optimizer({0.1, 0.9, true, 5e-4});
    optimizer.start(parameters_);
    TrainingStep step(executor, parameters_, optimizer, {4, 0.0, 0.0});
    const std::vector<float> before(parameters_.trainable().begin(), parameters_.trainable().end());
    const std::vector<std::int64_t> labels{0, 1};
    std::ranges::fill(executor.input(), std::numeric_limits<float>::quiet_NaN());
    const double loss = step.compute_gradient({{}, labels, {}, {}, 2}, {});
    EXPECT_FALSE(std::isfinite(loss) && std::isfinite(step.apply_gradient(0.1)));
    EXPECT_TRUE(std::ranges::equal(before, parameters_.trainable()));
}

TEST_F(TrainingStepTest, InfiniteGradientChangesNothing) {
    Executor executor(network_, parameters_, {engine_, arena_}, {2, ExecutionMode::training, false});
    Sgd optimizer({0.1, 0.9, true, 5e-4});
    optimizer.start(parameters_);
    TrainingStep step(executor, parameters_, optimizer, {4, 0.0, 1.0});
    const std::vector<float> before(parameters_.trainable().begin(), parameters_.trainable().end());
    std::ranges::fill(executor.gradients(), std::numeric_limits<float>::infinity());
    EXPECT_FALSE(std::isfinite(step.apply_gradient(0.1)));
    EXPECT_TRUE(std::ranges::equal(before, parameters_.trainable()));
}

}  // namespace
}  // namespace hpnas
