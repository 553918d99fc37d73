#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "hpnas/kernel/engine.hpp"
#include "hpnas/tensor/arena.hpp"
#include "hpnas/train/classification_loss.hpp"
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

/// Batches of torch_golden.py: batch i of n rows is waves with label (row + i) mod 4. Cut in two they are the same
/// rows.
class WaveBatches final : public TaskBatches {
public:
    WaveBatches(std::int64_t rows, double label_smoothing, float spoil = 0)
        : rows_(rows), spoil_(spoil), loss_({4, 1, label_smoothing, 0}) {}
    std::int64_t n_batches() const noexcept override { return 1000; }
    std::span<const std::int64_t> load(std::int64_t, std::int64_t index, Executor& executor) override {
        const std::int64_t pieces = 4 / rows_, batch = index / pieces, first = index % pieces * rows_;
        const std::vector<float> all = test::wave(4 * 108, 0.37, static_cast<double>(batch), 1.5);
        std::copy_n(all.begin() + first * 108, rows_ * 108, executor.input().begin());
        if (spoil_ != 0) std::ranges::fill(executor.input(), spoil_);
        labels_.clear();
        for (std::int64_t row = first; row < first + rows_; ++row) labels_.push_back((row + batch) % 4);
        return {};
    }
    double loss(Executor& executor, double share) override {
        return loss_({{}, labels_, {}, {}, rows_}, executor, share);
    }
    void judge(Executor&, std::span<double>) override {}

private:
    std::int64_t rows_;
    float spoil_;
    ClassificationLoss loss_;
    std::vector<std::int64_t> labels_;
};

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
    WaveBatches batches(4, 0.1);
    TrainingStep step(executor, parameters_, optimizer, batches, {.clip_norm = 0.43});
    const double rates[] = {0.1, 0.08, 0.05};
    for (std::size_t i = 0; i < 3; ++i) {
        const StepReport report = step.run({0, static_cast<std::int64_t>(i), 0, i}, rates[i]);
        EXPECT_TRUE(report.applied);
        EXPECT_NEAR(report.loss, static_cast<double>(golden::step_losses[i]), 2e-6);  // values of order 1 in float32
        EXPECT_NEAR(report.gradient_norm, static_cast<double>(golden::step_norms[i]), 4e-6);
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

// Without batch norm a batch of 4 is two micro-batches of 2: only the rounding of sums differs.
TEST_F(TrainingStepTest, MicroBatchesMakeTheSameGradient) {
    const Network plain = test::linear_network(108, 4);
    Parameters whole(plain), cut(plain);
    whole.initialize(3);
    cut.initialize(3);
    Sgd optimizer({0.1, 0.0, false, 0.0});
    const auto train = [&](Parameters& parameters, std::int64_t rows) {
        Executor executor(plain, parameters, {engine_, arena_}, {rows, ExecutionMode::training, false});
        optimizer.start(parameters);
        WaveBatches batches(rows, 0.1);
        TrainingStep step(executor, parameters, optimizer, batches, {.micro_batches = 4 / rows});
        return step.run({0, 7, 0, 0}, 0.1).loss;
    };
    EXPECT_NEAR(train(whole, 4), train(cut, 2), 1e-6);  // a loss of order 1 in float32
    for (std::size_t i = 0; i < whole.all().size(); ++i)
        EXPECT_NEAR(whole.all()[i], cut.all()[i], 1e-7F) << i;  // gradients below 1, times 0.1: eps
}

// Running statistics move by the mean of what the two halves would have moved them.
TEST_F(TrainingStepTest, RunningStatisticsMoveByTheMicroBatchesMean) {
    const std::vector<float> before = test::get(parameters_, "norm.running_mean");
    const Parameters initial = parameters_;
    const auto mean_after = [&](std::int64_t index) {
        Parameters own = initial;
        Executor executor(network_, own, {engine_, arena_}, {2, ExecutionMode::training, false});
        WaveBatches(2, 0.0).load(0, index, executor);
        executor.forward();
        return test::get(own, "norm.running_mean");
    };
    const std::vector<float> first = mean_after(0), second = mean_after(1);
    Executor executor(network_, parameters_, {engine_, arena_}, {2, ExecutionMode::training, false});
    Sgd optimizer({0.1, 0.9, true, 5e-4});
    optimizer.start(parameters_);
    WaveBatches batches(2, 0.0);
    TrainingStep(executor, parameters_, optimizer, batches, {.micro_batches = 2}).run({}, 0.1);
    const std::vector<float> after = test::get(parameters_, "norm.running_mean");
    for (std::size_t i = 0; i < after.size(); ++i) EXPECT_EQ(after[i], 0.5F * first[i] + 0.5F * second[i]) << i;
    EXPECT_NE(after, before);
}

// NaN may be caught by the loss or, where a rectifier swallowed it, by the gradient's norm; without clipping too.
TEST_F(TrainingStepTest, NaNInTheDataIsNoticedAndLeavesTheWeightsAlone) {
    for (const float spoil : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        Executor executor(network_, parameters_, {engine_, arena_}, {2, ExecutionMode::training, false});
        Sgd optimizer({0.1, 0.9, true, 5e-4});
        optimizer.start(parameters_);
        WaveBatches batches(2, 0.0, spoil);
        const std::vector<float> before(parameters_.trainable().begin(), parameters_.trainable().end());
        for (const std::int64_t micro_batches : {1, 2}) {
            TrainingStep step(executor, parameters_, optimizer, batches, {.micro_batches = micro_batches});
            EXPECT_FALSE(step.run({}, 0.1).applied);
            EXPECT_TRUE(std::ranges::equal(before, parameters_.trainable()));
        }
    }
}

TEST_F(TrainingStepTest, LossAboveTheLimitChangesNothing) {
    Executor executor(network_, parameters_, {engine_, arena_}, {4, ExecutionMode::training, false});
    Sgd optimizer({0.1, 0.9, true, 5e-4});
    optimizer.start(parameters_);
    const std::vector<float> before(parameters_.trainable().begin(), parameters_.trainable().end());
    WaveBatches batches(4, 0.0);
    const StepReport report = TrainingStep(executor, parameters_, optimizer, batches, {.max_loss = 1e-3}).run({}, 0.1);
    EXPECT_FALSE(report.applied);
    EXPECT_GT(report.loss, 0.5);  // untrained: near ln 4
    EXPECT_TRUE(std::ranges::equal(before, parameters_.trainable()));
}

TEST_F(TrainingStepTest, AWishToStopComesBack) {
    Executor executor(network_, parameters_, {engine_, arena_}, {2, ExecutionMode::training, false});
    Sgd optimizer({0.1, 0.9, true, 5e-4});
    optimizer.start(parameters_);
    WaveBatches batches(2, 0.0);
    for (const std::int64_t micro_batches : {1, 2}) {
        TrainingStep step(executor, parameters_, optimizer, batches, {.micro_batches = micro_batches});
        EXPECT_FALSE(step.run({}, 0.1, false).stop);
        EXPECT_TRUE(step.run({}, 0.1, true).stop);
    }
}

}  // namespace
}  // namespace hpnas
