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
#include "hpnas/tensor/arena.hpp"
#include "hpnas/train/fit.hpp"
#include "hpnas/train/image_classification.hpp"
#include "train/bright_images.hpp"
#include "train/toy_networks.hpp"

namespace hpnas {
namespace {

TrainingOptions recipe() {
    TrainingOptions options = test::quick();
    options.epochs = 2.4;
    options.micro_batch = 8;
    options.ema_decay = 0.8;
    return options;
}

/// One rank's fit with all that it needs.
struct Bench {
    explicit Bench(const TrainingOptions& options = recipe(), const FitOptions& fit_options = {},
                   TrainingRanks ranks = {})
        : task(test::bright_task(), options), parameters(network) {
        Diagnostics diagnostics;
        optimizer = optimizers().make(options.optimizer, "optimizer", diagnostics);
        schedule = schedules().make(options.schedule, "schedule", diagnostics);
        parameters.initialize(5);
        fit.emplace(network, parameters, task, TrainingMethod{*optimizer, *schedule}, options, fit_options,
                    Device{engine, arena}, 5, std::move(ranks));
    }
    kernel::Engine engine;
    Arena arena;
    Network network = test::conv_network(8, 3);
    ImageClassification task;
    Parameters parameters;
    std::unique_ptr<Optimizer> optimizer;
    std::unique_ptr<Schedule> schedule;
    std::optional<Fit> fit;
};

void finish(Fit& fit) {
    while (fit.status() == Fit::Status::running) fit.advance();
}

/// All that has to be reproduced: times are not.
std::vector<double> curve(const Fit& fit) {
    std::vector<double> numbers;
    for (const LearningPoint& point : fit.history()) {
        numbers.insert(numbers.end(),
                       {static_cast<double>(point.step), point.epoch, point.learning_rate, point.train_loss});
        numbers.insert(numbers.end(), point.validation.begin(), point.validation.end());
    }
    return numbers;
}

std::vector<float> copy(std::span<const float> values) { return {values.begin(), values.end()}; }

// 36 steps of 15 per epoch: judged after 15, 30 and 36.
TEST(Fit, JudgesEveryEpochAndTheEnd) {
    Bench bench;
    finish(*bench.fit);
    EXPECT_EQ(bench.fit->status(), Fit::Status::finished);
    ASSERT_EQ(bench.fit->history().size(), 3U);
    EXPECT_EQ(bench.fit->history()[0].step, 15);
    EXPECT_EQ(bench.fit->history()[1].step, 30);
    EXPECT_EQ(bench.fit->history()[2].step, 36);
    EXPECT_LT(bench.fit->history()[2].validation[0], bench.fit->history()[0].validation[0]);
    EXPECT_THROW(bench.fit->advance(), InternalError);
}

TEST(Fit, JudgesMoreOftenOrRarely) {
    Bench often(recipe(), {.every_epochs = 0.4, .target = {}}), rarely(recipe(), {.every_epochs = 5, .target = {}});
    finish(*often.fit);
    finish(*rarely.fit);
    EXPECT_EQ(often.fit->history().size(), 6U);  // every 6 of 36 steps
    EXPECT_EQ(rarely.fit->history().size(), 1U);
}

TEST(Fit, KeepsTheBestWeightsAndTheFirstOfEqualOnes) {
    TrainingOptions options = recipe();
    options.epochs = 12;
    Bench bench(options);
    std::vector<float> best;
    std::size_t point = 0;
    while (bench.fit->status() == Fit::Status::running) {
        const Fit::Event event = bench.fit->advance();
        if (!event.improved) continue;
        EXPECT_TRUE(event.judged);
        best = copy(bench.fit->run().result());
        point = bench.fit->history().size() - 1;
    }
    EXPECT_EQ(copy(bench.fit->best()), best);
    EXPECT_EQ(bench.fit->best_point(), point);
    for (std::size_t i = 0; i < bench.fit->history().size(); ++i)
        EXPECT_TRUE(bench.fit->history()[i].validation[1] < bench.fit->history()[point].validation[1] ||
                    (i >= point && bench.fit->history()[i].validation[1] == bench.fit->history()[point].validation[1]));
    const auto judged = judge_weights(bench.task, bench.network, bench.fit->best(), {bench.engine, bench.arena},
                                      {DataSplit::validation, 25, {}, {}});
    EXPECT_EQ(judged, bench.fit->history()[point].validation);
}

TEST(Fit, EndsWhenTheTargetIsReached) {
    Bench bench(recipe(), {.every_epochs = 0.2, .target = 60.0});
    finish(*bench.fit);
    EXPECT_EQ(bench.fit->status(), Fit::Status::target);
    for (std::size_t i = 0; i < bench.fit->history().size(); ++i)
        EXPECT_EQ(bench.fit->history()[i].validation[1] >= 60.0, i + 1 == bench.fit->history().size());
}

TEST(Fit, RestoredGoesOnBitForBit) {
    Bench straight;
    finish(*straight.fit);
    for (const int cut : {1, 15, 22, 35}) {
        Bench first, second;
        for (int i = 0; i < cut; ++i) first.fit->advance();
        second.fit->restore(first.fit->state());
        EXPECT_EQ(second.fit->best_point(), first.fit->best_point());
        finish(*second.fit);
        EXPECT_EQ(curve(*second.fit), curve(*straight.fit)) << cut;
        EXPECT_EQ(copy(second.fit->best()), copy(straight.fit->best())) << cut;
    }
    Bench ended;
    ended.fit->restore(straight.fit->state());
    EXPECT_EQ(ended.fit->status(), Fit::Status::finished);
}

// With one thread each, bit for bit.
TEST(Fit, TwoRanksGiveTheSameCurve) {
    std::vector<double> curves[2];
    for (const int n : {1, 2})
        run_ranks(n, [&](Communicator& comm) {
            omp_set_num_threads(1);
            Bench bench(recipe(), {}, training_ranks(comm));
            EXPECT_FALSE(bench.fit->advance(false).stop);
            EXPECT_TRUE(bench.fit->advance(comm.rank() == n - 1).stop);  // one rank's wish is known to all
            finish(*bench.fit);
            if (comm.is_root()) curves[n - 1] = curve(*bench.fit);
        });
    EXPECT_EQ(curves[0], curves[1]);
}

TEST(Fit, DivergenceSaysWhy) {
    TrainingOptions options = recipe();
    options.max_loss = 1e-3;
    Bench bench(options);
    finish(*bench.fit);
    EXPECT_EQ(bench.fit->status(), Fit::Status::diverged);
    EXPECT_NE(bench.fit->reason().find("step 0: the loss is"), std::string::npos) << bench.fit->reason();
    EXPECT_TRUE(bench.fit->history().empty());
}

TEST(Fit, RefusesAStateWithoutCurve) {
    Bench bench;
    std::vector<NamedTensor> state = bench.fit->state();
    std::erase_if(state, [](const NamedTensor& tensor) { return tensor.name == "history"; });
    EXPECT_THROW(bench.fit->restore(state), DataError);
}

TEST(Fit, NothingToJudgeWithIsAnError) {
    Bench bench;
    EXPECT_THROW(judge_weights(bench.task, bench.network, bench.parameters.all(), {bench.engine, bench.arena},
                               {DataSplit::test, 25, {}, {}}),
                 DataError);
}

}  // namespace
}  // namespace hpnas
