#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "hpnas/app/training_ranks.hpp"
#include "hpnas/comm/thread_communicator.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/kernel/engine.hpp"
#include "hpnas/op/drop_path.hpp"
#include "hpnas/tensor/arena.hpp"
#include "hpnas/train/image_classification.hpp"
#include "hpnas/train/training_run.hpp"
#include "train/bright_images.hpp"
#include "train/toy_networks.hpp"

namespace hpnas {
namespace {

TrainingOptions recipe(const char* optimizer = "{name: sgd, learning_rate: 0.1}") {
    TrainingOptions options = test::quick();
    options.micro_batch = 4;
    options.ema_decay = 0.9;
    options.label_smoothing = 0.1;
    options.augmentation.mixup = 0.2;
    options.optimizer = parse_yaml(optimizer, "test");
    return options;
}

/// One rank's training with all that it needs.
struct Bench {
    explicit Bench(const TrainingOptions& options, TrainingRanks ranks = {}, Network trained = test::conv_network(8, 3))
        : network(std::move(trained)), task(test::bright_task(), options), parameters(network) {
        Diagnostics diagnostics;
        optimizer = optimizers().make(options.optimizer, "optimizer", diagnostics);
        schedule = schedules().make(options.schedule, "schedule", diagnostics);
        parameters.initialize(5);
        run.emplace(network, parameters, task, TrainingMethod{*optimizer, *schedule}, options, Device{engine, arena}, 5,
                    std::move(ranks));
    }
    kernel::Engine engine;
    Arena arena;
    Network network;
    ImageClassification task;
    Parameters parameters;
    std::unique_ptr<Optimizer> optimizer;
    std::unique_ptr<Schedule> schedule;
    std::optional<TrainingRun> run;
};

struct Outcome {
    std::vector<double> losses;
    std::vector<float> weights, average;
    bool operator==(const Outcome&) const = default;
};

Outcome outcome(Bench& bench, std::vector<double> losses) {
    const auto copy = [](std::span<const float> values) { return std::vector(values.begin(), values.end()); };
    return {std::move(losses), copy(std::as_const(bench.parameters).all()), copy(bench.run->result())};
}

/// What rank 0 has after `n` steps on `n_ranks` ranks of one thread each.
Outcome train(const TrainingOptions& options, int n_ranks, int n) {
    Outcome result;
    run_ranks(n_ranks, [&](Communicator& comm) {
        omp_set_num_threads(1);
        Bench bench(options, training_ranks(comm));
        std::vector<double> losses;
        for (int i = 0; i < n; ++i) losses.push_back(bench.run->step().loss);
        if (comm.is_root()) result = outcome(bench, std::move(losses));
    });
    return result;
}

// Batch norm, mixup, smoothing, averaged weights: the same bits, because micro-batches and the order of sums are the
// same.
TEST(TrainingRun, AnyNumberOfRanksGivesTheSameBits) {
    const Outcome alone = train(recipe(), 1, 17);  // beyond an epoch of 15 steps
    EXPECT_LT(alone.losses.back(), alone.losses.front());
    for (const int ranks : {2, 3, 4}) EXPECT_TRUE(train(recipe(), ranks, 17) == alone) << ranks;
}

// Batch norms see 4 images instead of 16, so the numbers differ, but the losses fall alike.
TEST(TrainingRun, MicroBatchesTrainLikeWholeBatches) {
    TrainingOptions whole = recipe();
    whole.micro_batch = 0;
    EXPECT_NEAR(train(whole, 1, 15).losses.back(), train(recipe(), 1, 15).losses.back(), 0.2);
}

TEST(TrainingRun, RestoredGoesOnBitForBit) {
    for (const char* optimizer : {"{name: sgd, learning_rate: 0.1}", "{name: rmsprop, learning_rate: 0.01}",
                                  "{name: adamw, learning_rate: 0.01}"}) {
        const TrainingOptions options = recipe(optimizer);
        Bench straight(options), first(options), second(options);
        std::vector<double> losses, again;
        for (int i = 0; i < 20; ++i) losses.push_back(straight.run->step().loss);
        for (int i = 0; i < 8; ++i) again.push_back(first.run->step().loss);
        second.run->restore(first.run->state());
        EXPECT_EQ(second.run->step_count(), 8);
        EXPECT_EQ(second.run->recent_loss(), first.run->recent_loss());
        for (int i = 8; i < 20; ++i) again.push_back(second.run->step().loss);
        EXPECT_TRUE(outcome(straight, losses) == outcome(second, again)) << optimizer;
    }
}

TEST(TrainingRun, RefusesAStateOfAnotherNetwork) {
    Bench bench(recipe());
    std::vector<NamedTensor> state = bench.run->state();
    std::get<std::vector<float>>(state[1].values).pop_back();
    EXPECT_THROW(bench.run->restore(state), DataError);
    EXPECT_THROW(bench.run->restore({}), DataError);
}

TEST(TrainingRun, CountsStepsAndEpochs) {
    Bench bench(recipe());
    EXPECT_EQ(bench.run->steps_per_epoch(), 15);
    EXPECT_EQ(bench.run->n_steps(), 45);
    EXPECT_EQ(bench.run->rate_factor(), 0.0);  // warm-up
    for (int i = 0; i < 3; ++i) bench.run->step();
    double sum = 0;
    for (int i = 0; i < 15; ++i) sum += bench.run->step().loss;
    EXPECT_DOUBLE_EQ(bench.run->recent_loss(), sum / 15);
    EXPECT_DOUBLE_EQ(bench.run->epochs_done(), 1.2);
    EXPECT_FALSE(bench.run->finished());
}

/// Drop path in front of the classifier.
Network dropping(double rate) {
    NetworkBuilder builder;
    NodeId x = builder.input("input", Shape{8, 8, 3});
    x = builder.add("pool", make_global_average_pool(), x);
    x = builder.add("drop", make_drop_path({.rate = rate}), x);
    x = builder.add("fc", make_linear({.out = 3}), x);
    return std::move(builder).finish({x});
}

// Epoch 0 of 3 has a third of nothing, epoch 1 a third of the rate.
TEST(TrainingRun, DropPathGrowsWithTheEpochs) {
    TrainingOptions options = recipe();
    options.drop_path_ramp = true;
    Bench ramped(options, {}, dropping(0.6));
    options.drop_path_ramp = false;
    Bench none(options, {}, dropping(0)), third(options, {}, dropping(0.2));
    for (int i = 0; i < 15; ++i) EXPECT_EQ(ramped.run->step().loss, none.run->step().loss);
    third.run->restore(none.run->state());
    for (int i = 0; i < 15; ++i) EXPECT_EQ(ramped.run->step().loss, third.run->step().loss);
    EXPECT_NE(ramped.run->step().loss, third.run->step().loss);
}

TEST(TrainingRun, RestoredInTheMiddleHasTheEpochsDropPath) {
    TrainingOptions options = recipe();
    options.drop_path_ramp = true;
    Bench straight(options, {}, dropping(0.6)), resumed(options, {}, dropping(0.6));
    for (int i = 0; i < 20; ++i) straight.run->step();
    resumed.run->restore(straight.run->state());
    for (int i = 0; i < 12; ++i) EXPECT_EQ(resumed.run->step().loss, straight.run->step().loss);
}

TEST(TrainingRun, AStepThatIsNotAppliedDoesNotCount) {
    TrainingOptions options = recipe();
    options.max_loss = 1e-3;
    Bench bench(options);
    EXPECT_FALSE(bench.run->step().applied);
    EXPECT_EQ(bench.run->step_count(), 0);
}

TEST(TrainingRun, WrongBatchesAreRefused) {
    TrainingOptions options = recipe();
    options.micro_batch = 5;
    EXPECT_THROW(Bench{options}, ConfigError);
    options.batch = options.micro_batch = 241;
    EXPECT_THROW(Bench{options}, DataError);
    EXPECT_THROW(train(recipe(), 5, 1), ConfigError);  // four micro-batches
}

}  // namespace
}  // namespace hpnas
