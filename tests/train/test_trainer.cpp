#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>
#include <new>
#include <string>

#include "hpnas/core/error.hpp"
#include "hpnas/core/rng.hpp"
#include "hpnas/kernel/engine.hpp"
#include "hpnas/tensor/arena.hpp"
#include "hpnas/train/assessment.hpp"
#include "hpnas/train/deploy.hpp"
#include "hpnas/train/trainer.hpp"
#include "train/bright_images.hpp"
#include "train/toy_networks.hpp"

namespace hpnas {
namespace {

class TrainerTest : public ::testing::Test {
protected:
    TrainResult run(const TrainingOptions& options, std::uint64_t seed = 1, const Trainer::Poll& poll = {}) {
        Trainer trainer(test::bright_task(), {engine_, arena_}, options);
        return trainer.run(network_, seed, poll);
    }

    kernel::Engine engine_;
    Arena arena_;
    Network network_ = test::conv_network(8, 3);
};

// The channels' means over 64 pixels differ by 60 with a deviation of 80 / sqrt(12 * 64) = 2.9: separable without an
// error.
TEST_F(TrainerTest, LearnsASeparableTask) {
    const TrainResult result = run(test::quick());
    EXPECT_EQ(result.status, TrainResult::Status::ok) << result.reason;
    EXPECT_EQ(result.validation_top1, 100.0);
    EXPECT_EQ(result.validation_top5, 100.0);
    EXPECT_LT(result.validation_loss, 0.5 * std::log(3.0));  // well below guessing
    EXPECT_LT(result.train_loss, 0.5 * std::log(3.0));
    EXPECT_EQ(result.steps, 45);  // 240 / 16 = 15 per epoch
    EXPECT_EQ(result.epochs, 3.0);
    EXPECT_GT(result.images_per_second, 0.0);
    EXPECT_GT(result.memory_bytes, 16U * 8 * 8 * 8 * 4);  // at least one activation of the convolution
}

TEST_F(TrainerTest, SameSeedIsBitIdentical) {
    TrainingOptions options = test::quick();
    options.epochs = 0.5;
    options.augmentation.mixup = 0.3;
    options.label_smoothing = 0.1;
    Trainer trainer(test::bright_task(), {engine_, arena_}, options);
    Parameters first(network_), again(network_), other(network_);
    const TrainResult a = trainer.run(network_, first, 5);
    const TrainResult c = trainer.run(network_, other, 6);
    const TrainResult b = trainer.run(network_, again, 5);  // whatever was trained in between
    EXPECT_EQ(a.steps, 8);                                  // round(0.5 * 15)
    EXPECT_EQ(a.validation_loss, b.validation_loss);
    EXPECT_EQ(a.train_loss, b.train_loss);
    EXPECT_TRUE(std::ranges::equal(first.all(), again.all()));
    EXPECT_NE(a.train_loss, c.train_loss);
}

TEST_F(TrainerTest, HugeRateDiverges) {
    TrainingOptions options = test::quick();
    options.optimizer = parse_yaml("{name: sgd, learning_rate: 1e6, momentum: 0}", "test");
    options.schedule = parse_yaml("constant", "test");
    options.max_loss = 50;
    const TrainResult result = run(options);
    EXPECT_EQ(result.status, TrainResult::Status::diverged);
    EXPECT_NE(result.reason.find("training loss"), std::string::npos) << result.reason;
    EXPECT_LT(result.steps, 45);
}

TEST_F(TrainerTest, LossAboveTheLimitDiverges) {
    TrainingOptions options = test::quick();
    options.max_loss = 1e-3;  // an untrained network's is near ln 3
    const TrainResult result = run(options);
    EXPECT_EQ(result.status, TrainResult::Status::diverged);
    EXPECT_EQ(result.steps, 0);
    EXPECT_NE(result.reason.find("training loss"), std::string::npos);
}

// At a constant rate the first epoch of both runs is the same, so the mean over all three epochs is at least a third of
// it.
TEST_F(TrainerTest, TrainLossIsTheLastEpochs) {
    TrainingOptions options = test::quick();
    options.schedule = parse_yaml("{name: constant}", "test");
    options.epochs = 1;
    const double first = run(options).train_loss;
    options.epochs = 3;
    EXPECT_LT(run(options).train_loss, first / 3);
}

TEST_F(TrainerTest, NonFiniteWeightsDiverge) {
    TrainingOptions options = test::quick();
    options.clip_norm = 1.0;
    Trainer trainer(test::bright_task(), {engine_, arena_}, options);
    Parameters parameters(network_);
    int calls = 0;
    const TrainResult result = trainer.run(network_, parameters, 1, [&] {
        if (++calls == 4) parameters.trainable()[0] = std::numeric_limits<float>::quiet_NaN();
        return true;
    });
    EXPECT_EQ(result.status, TrainResult::Status::diverged);
    EXPECT_EQ(result.steps, 3);
    EXPECT_FALSE(result.reason.empty());
}

// A running mean spoilt before the last step shows in no gradient: training uses the batch's statistics.
TEST_F(TrainerTest, NonFiniteRunningStatisticsDiverge) {
    Trainer trainer(test::bright_task(), {engine_, arena_}, test::quick());
    Parameters parameters(network_);
    int calls = 0;
    const TrainResult result = trainer.run(network_, parameters, 1, [&] {
        if (++calls == 45)
            parameters.values(*parameters.find("norm.running_mean"))[0] = std::numeric_limits<float>::infinity();
        return true;
    });
    EXPECT_EQ(result.status, TrainResult::Status::diverged);
    EXPECT_EQ(result.reason, "weights not finite at the end of training");
}

TEST_F(TrainerTest, PollStopsBetweenSteps) {
    int calls = 0;
    const TrainResult result = run(test::quick(), 1, [&] { return ++calls <= 7; });
    EXPECT_EQ(result.status, TrainResult::Status::stopped);
    EXPECT_EQ(result.steps, 7);
    const TrainResult judging =
        run(test::quick(), 1, [&, n = 0]() mutable { return ++n <= 46; });  // 45 steps and one batch
    EXPECT_EQ(judging.status, TrainResult::Status::stopped);
    EXPECT_EQ(judging.steps, 45);
}

TEST_F(TrainerTest, TimeLimitFailsTheCandidate) {
    TrainingOptions options = test::quick();
    options.max_seconds = 1e-9;
    const TrainResult result = run(options);
    EXPECT_EQ(result.status, TrainResult::Status::timeout);
    EXPECT_EQ(result.steps, 1);  // the clock is read after each step
}

TEST_F(TrainerTest, DataFractionTakesFewerSteps) {
    TrainingOptions options = test::quick();
    options.epochs = 1;
    options.data_fraction = 0.5;
    EXPECT_EQ(run(options).steps, 7);  // 120 / 16
}

// With the average switched on the weights left behind are the averaged ones: other than the last ones, and judged so.
TEST_F(TrainerTest, AveragedWeightsAreJudgedAndKept) {
    TrainingOptions options = test::quick();
    options.epochs = 1;
    Trainer plain(test::bright_task(), {engine_, arena_}, options);
    options.ema_decay = 0.9;
    Trainer averaged(test::bright_task(), {engine_, arena_}, options);
    Parameters last(network_), average(network_);
    plain.run(network_, last, 2);
    const TrainResult result = averaged.run(network_, average, 2);
    EXPECT_FALSE(std::ranges::equal(last.all(), average.all()));
    Deployed deployed = deploy(network_, average);
    const ImageClassification task(test::bright_task(), options);
    const auto judged =
        assess(task, deployed.network, deployed.parameters, {engine_, arena_}, {DataSplit::validation, 25, {}, {}});
    EXPECT_EQ(judged->front(), result.validation_loss);
}

TEST_F(TrainerTest, WrongShapesAndOptionsAreRefused) {
    TrainingOptions options = test::quick();
    Trainer trainer(test::bright_task(), {engine_, arena_}, options);
    EXPECT_THROW(trainer.run(test::conv_network(8, 4), 1), ShapeError);
    EXPECT_THROW(trainer.run(test::linear_network(192, 3), 1), ShapeError);
    options.batch = 241;
    EXPECT_THROW(run(options), DataError);
    options = test::quick();
    options.optimizer = parse_yaml("{name: sgd, momentum: 7}", "test");
    EXPECT_THROW(run(options), ConfigError);
}

TEST_F(TrainerTest, TooLittleMemoryIsBadAlloc) {
    Arena small(1024);
    Trainer trainer(test::bright_task(), {engine_, small}, test::quick());
    EXPECT_THROW(trainer.run(network_, 1), std::bad_alloc);
}

// One pass over 8,000 real images takes a small network well above guessing (10 %).
TEST_F(TrainerTest, LearnsCifar10) {
    const char* folder = std::getenv("HPNAS_DATA_DIR");
    if (folder == nullptr) GTEST_SKIP() << "set HPNAS_DATA_DIR to a folder with cifar10/data_batch_*.bin to run this";
    Diagnostics diagnostics;
    const auto dataset = datasets().make(parse_yaml("{name: cifar10, path: " + std::string(folder) +
                                                        "/cifar10, validation_images: 1000, train_images: 8000}",
                                                    "test"),
                                         "data", diagnostics);
    TrainingOptions options = test::quick();
    options.epochs = 1;
    Trainer trainer(std::get<ImageTask>(dataset->load()), {engine_, arena_}, options);
    const TrainResult result = trainer.run(test::conv_network(32, 10), 1);
    EXPECT_EQ(result.status, TrainResult::Status::ok);
    EXPECT_GT(result.validation_top1, 20.0);
}

}  // namespace
}  // namespace hpnas
