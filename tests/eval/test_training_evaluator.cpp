#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "eval/tiny.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/eval/builtin.hpp"
#include "hpnas/eval/training_evaluator.hpp"

namespace hpnas {
namespace {

class TrainingEvaluatorTest : public testing::Test {
protected:
    EvaluatorContext context() {
        return {.space = &space_,
                .device = &own_.device,
                .task = &task_,
                .training = &training_,
                .latency = &latency_,
                .seed = 7};
    }
    double metric(const Evaluator& evaluator, const Evaluation& e, std::string_view name) {
        for (std::size_t i = 0; i < evaluator.metrics().size(); ++i)
            if (evaluator.metrics()[i].name == name) return e.metrics[i];
        ADD_FAILURE() << "no metric " << name;
        return 0;
    }
    test::WidthSpace space_;
    test::OwnDevice own_;
    ImageTask task_ = test::brightness_task();
    TrainingOptions training_ = test::short_training();
    test::WidthLatency latency_;
};

TEST_F(TrainingEvaluatorTest, TrainsAndAddsTheLatencyPenalty) {
    TrainingEvaluator evaluator({.alpha = 0.5, .beta = 2, .limits = {}}, context());
    const auto e = evaluator.evaluate({.id = 3, .encoding = {2}, .parents = {}}, {});
    ASSERT_TRUE(e.has_value());
    ASSERT_EQ(e->status, EvalStatus::ok) << e->reason;
    EXPECT_DOUBLE_EQ(metric(evaluator, *e, "latency_ms"), 2);  // 16 channels / 8
    EXPECT_DOUBLE_EQ(e->objectives[0], metric(evaluator, *e, "val_ce") + 0.5 * 4);
    EXPECT_DOUBLE_EQ(metric(evaluator, *e, "params"), 3 * 3 * 3 * 16 + 16 + 16 * 2 + 2);
    EXPECT_DOUBLE_EQ(metric(evaluator, *e, "macs"), 3 * 3 * 3 * 16 * 64 + 16 * 2);
    EXPECT_LT(metric(evaluator, *e, "val_ce"), std::log(2.0));  // better than guessing
    EXPECT_DOUBLE_EQ(metric(evaluator, *e, "epochs"), 10);
    EXPECT_GT(e->wall.count(), 0);
}

TEST_F(TrainingEvaluatorTest, RepeatsBitForBitApartFromTimes) {
    TrainingEvaluator first({}, context()), second({}, context());
    const Candidate candidate{.id = 5, .encoding = {1}, .parents = {}};
    const Evaluation a = *first.evaluate(candidate, {});
    first.evaluate({.id = 6, .encoding = {2}, .parents = {}}, {});
    const Evaluation b = *first.evaluate(candidate, {}), c = *second.evaluate(candidate, {});
    EXPECT_EQ(a.objectives, b.objectives);
    EXPECT_EQ(a.objectives, c.objectives);
    for (std::size_t i = 0; i < first.n_deterministic_metrics(); ++i)
        EXPECT_TRUE(a.metrics[i] == b.metrics[i] || (std::isnan(a.metrics[i]) && std::isnan(b.metrics[i])))
            << first.metrics()[i].name << ": " << a.metrics[i] << " and " << b.metrics[i];
    EXPECT_EQ(first.metrics()[first.n_deterministic_metrics()].name, "train_seconds");
}

TEST_F(TrainingEvaluatorTest, TheCandidateIdChangesTheRandomNumbers) {
    TrainingEvaluator evaluator({}, context());
    const Evaluation a = *evaluator.evaluate({.id = 1, .encoding = {1}, .parents = {}}, {});
    const Evaluation b = *evaluator.evaluate({.id = 2, .encoding = {1}, .parents = {}}, {});
    EXPECT_NE(a.objectives, b.objectives);
    std::set<std::uint64_t> seeds;
    for (std::int64_t id = 0; id < 1000; ++id) seeds.insert(candidate_seed(7, id));
    seeds.insert(candidate_seed(8, 0));
    EXPECT_EQ(seeds.size(), 1001U);
}

TEST_F(TrainingEvaluatorTest, ACandidateOutsideTheLimitsIsInfeasibleAndNotTrained) {
    TrainingEvaluator evaluator({.alpha = 0, .beta = 1, .limits = {.max_latency_ms = 1}}, context());
    const Evaluation e = *evaluator.evaluate({.id = 0, .encoding = {2}, .parents = {}}, [] {
        ADD_FAILURE() << "trained";
        return true;
    });
    EXPECT_EQ(e.status, EvalStatus::infeasible);
    EXPECT_EQ(e.reason, "latency = 2 ms is above the limit 1");
    EXPECT_TRUE(std::isnan(metric(evaluator, e, "val_ce")));
    EXPECT_DOUBLE_EQ(metric(evaluator, e, "latency_ms"), 2);
    EXPECT_EQ(evaluator.evaluate({.id = 0, .encoding = {1}, .parents = {}}, {})->status,
              EvalStatus::ok);  // 1 ms: on the bound
}

TEST_F(TrainingEvaluatorTest, ABadEncodingIsInfeasible) {
    TrainingEvaluator evaluator({}, context());
    EXPECT_EQ(evaluator.evaluate({.id = 0, .encoding = {3}, .parents = {}}, {})->status, EvalStatus::infeasible);
}

TEST_F(TrainingEvaluatorTest, ADivergedTrainingIsAFailureWithAReason) {
    training_.optimizer = parse_yaml("{name: sgd, learning_rate: 1.0e+6}", "test");
    TrainingEvaluator evaluator({}, context());
    const Evaluation e = *evaluator.evaluate({.id = 0, .encoding = {0}, .parents = {}}, {});
    EXPECT_EQ(e.status, EvalStatus::failed);
    EXPECT_FALSE(e.reason.empty());
    EXPECT_TRUE(e.objectives.empty());
}

TEST_F(TrainingEvaluatorTest, ACandidateOverTheMemoryLimitIsAFailureThatNamesIt) {
    test::OwnDevice small(64 * 1024);
    EvaluatorContext tight = context();
    tight.device = &small.device;
    TrainingEvaluator evaluator({}, tight);
    const Evaluation e = *evaluator.evaluate({.id = 0, .encoding = {2}, .parents = {}}, {});
    EXPECT_EQ(e.status, EvalStatus::failed);
    EXPECT_NE(e.reason.find("out of memory: training at batch 16 needs about"), std::string::npos) << e.reason;
}

TEST_F(TrainingEvaluatorTest, StopsWhenThePollSaysSo) {
    TrainingEvaluator evaluator({}, context());
    int calls = 0;
    EXPECT_FALSE(
        evaluator.evaluate({.id = 0, .encoding = {0}, .parents = {}}, [&] { return ++calls < 3; }).has_value());
    EXPECT_EQ(calls, 3);
}

TEST_F(TrainingEvaluatorTest, CostsAreFurtherObjectives) {
    test::WidthEnergy energy;
    EvaluatorContext with = context();
    with.energy = &energy;
    TrainingEvaluator evaluator({.objectives = {"latency", "memory", "energy"}}, with);
    ASSERT_EQ(evaluator.objectives().size(), 4U);
    EXPECT_EQ(evaluator.objectives()[3].name, "objective_energy_mj");
    EXPECT_EQ(evaluator.objectives()[3].unit, "mJ");
    const Evaluation e = *evaluator.evaluate({.id = 0, .encoding = {0}, .parents = {}}, {});
    ASSERT_EQ(e.status, EvalStatus::ok) << e.reason;
    EXPECT_EQ(e.objectives[1], metric(evaluator, e, "latency_ms"));
    EXPECT_EQ(e.objectives[2], 4 * (8 * 8 * 3 + 8 * 8 * 4));  // bytes: image and feature map at the convolution
    EXPECT_EQ(e.objectives[3], 8);                            // 2 mJ per channel of 4
    EXPECT_EQ(metric(evaluator, e, "energy_mj"), 8);
    EXPECT_EQ(evaluator.facts(), (std::vector<std::string>{"facts.energy=width"}));
    EXPECT_THROW(TrainingEvaluator({.objectives = {"energy"}}, context()), ConfigError) << "no model tells it";
    EXPECT_THROW(TrainingEvaluator({.objectives = {"val_ce"}}, with), ConfigError);
    EXPECT_THROW(TrainingEvaluator({.objectives = {"energy", "energy"}}, with), ConfigError);
}

TEST_F(TrainingEvaluatorTest, RefusesAnIncompleteContext) {
    EvaluatorContext no_latency = context();
    no_latency.latency = nullptr;
    EXPECT_THROW(TrainingEvaluator({.alpha = 0.1}, no_latency), ConfigError);
    EXPECT_THROW(TrainingEvaluator({.limits = {.max_latency_ms = 1}}, no_latency), ConfigError);
    EXPECT_THROW(TrainingEvaluator({}, {}), ConfigError);
    TrainingEvaluator accuracy_only({}, no_latency);
    const Evaluation e = *accuracy_only.evaluate({.id = 0, .encoding = {0}, .parents = {}}, {});
    EXPECT_DOUBLE_EQ(e.objectives[0], metric(accuracy_only, e, "val_ce"));
    EXPECT_TRUE(std::isnan(metric(accuracy_only, e, "latency_ms")));
}

TEST_F(TrainingEvaluatorTest, IsMadeByNameFromYaml) {
    Diagnostics diagnostics;
    const ConfigNode node = parse_yaml("{name: train, alpha: 0.1, limits: {max_params: 1000}}", "test");
    const auto evaluator = evaluators().make(node, "objective", diagnostics, context());
    ASSERT_TRUE(diagnostics.empty());
    ASSERT_NE(evaluator, nullptr);
    EXPECT_EQ(evaluator->objectives().size(), 1U);
    EXPECT_FALSE(evaluator->objectives()[0].maximise);
}

}  // namespace
}  // namespace hpnas
