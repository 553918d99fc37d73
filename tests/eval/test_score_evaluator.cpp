#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "eval/tiny.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/eval/score_evaluator.hpp"

namespace hpnas {
namespace {

class ScoreEvaluatorTest : public testing::Test {
protected:
    EvaluatorContext context() {
        EvaluatorContext context;
        context.space = &space_;
        context.device = &own_.device;
        context.latency = &latency_;
        context.energy = energy_;
        context.seed = 3;
        return context;
    }
    static ScoreEvaluatorOptions options(const std::string& yaml) {
        ScoreEvaluatorOptions options;
        Diagnostics diagnostics;
        read_options(parse_yaml(yaml, "test"), "objective", diagnostics, options);
        diagnostics.throw_if_any();
        return options;
    }
    Evaluation evaluate(const std::string& yaml, std::int16_t choice, std::int64_t id = 0) {
        ScoreEvaluator evaluator(options(yaml), context());
        names_.clear();
        for (const Quantity& metric : evaluator.metrics()) names_.push_back(metric.name);
        return *evaluator.evaluate({.id = id, .encoding = {choice}, .parents = {}}, {});
    }
    double metric(const Evaluation& evaluation, const std::string& name) const {
        const auto found = std::find(names_.begin(), names_.end(), name);
        return found == names_.end() ? std::nan("")
                                     : evaluation.metrics[static_cast<std::size_t>(found - names_.begin())];
    }
    std::string error(const std::string& yaml, bool latency = true) {
        try {
            EvaluatorContext with = context();
            if (!latency) with.latency = nullptr;
            ScoreEvaluator evaluator(options(yaml), with);
        } catch (const ConfigError& e) {
            return e.what();
        }
        return "";
    }
    test::WidthSpace space_;
    test::OwnDevice own_;
    test::WidthLatency latency_;
    test::WidthEnergy width_energy_;
    EnergyModel* energy_ = nullptr;
    std::vector<std::string> names_;
};

TEST_F(ScoreEvaluatorTest, MemoryAndEnergyAreObjectivesLimitsAndMetrics) {
    EXPECT_NE(error("{score: meco, objectives: [energy]}").find("add the key 'energy'"), std::string::npos);
    EXPECT_NE(error("{score: meco, limits: {max_energy_mj: 1}}").find("add the key 'energy'"), std::string::npos);
    energy_ = &width_energy_;
    const Evaluation e = evaluate("{score: meco, objectives: [memory, energy]}", 1);
    ASSERT_EQ(e.status, EvalStatus::ok) << e.reason;
    EXPECT_EQ(e.objectives[1], metric(e, "memory_bytes"));
    EXPECT_EQ(e.objectives[2], 16);  // 2 mJ per channel of 8
    EXPECT_EQ(metric(e, "energy_mj"), 16);
    const Evaluation outside = evaluate("{score: meco, limits: {max_energy_mj: 15}}", 1);
    EXPECT_EQ(outside.status, EvalStatus::infeasible);
    EXPECT_EQ(outside.reason, "energy = 16 mJ is above the limit 15");
    EXPECT_TRUE(std::isnan(metric(outside, "meco")));
    EXPECT_EQ(evaluate("{score: meco}", 2).status, EvalStatus::infeasible) << "its energy is not known";
    const auto facts = ScoreEvaluator(options("{score: meco}"), context()).facts();
    EXPECT_EQ(std::count(facts.begin(), facts.end(), "facts.energy=width"), 1);
}

TEST_F(ScoreEvaluatorTest, MinimisesWhatIsBetterWhenLarger) {
    const Evaluation e = evaluate("{score: meco, extra: [params, macs], objectives: [latency, params]}", 1);
    ASSERT_EQ(e.status, EvalStatus::ok) << e.reason;
    ASSERT_EQ(e.objectives.size(), 3U);
    EXPECT_DOUBLE_EQ(e.objectives[0], -metric(e, "meco"));
    EXPECT_DOUBLE_EQ(e.objectives[1], 1.0);  // width 8: 8 / 8 ms
    EXPECT_DOUBLE_EQ(e.objectives[2], metric(e, "params"));
    EXPECT_EQ(metric(e, "params"), 242);
    EXPECT_EQ(metric(e, "layers"), 2);
}

TEST_F(ScoreEvaluatorTest, PretrainedWeightsTakeThePlaceOfRandomOnes) {
    const std::string yaml = "{score: synflow, extra: [snip]}";
    const Evaluation random = evaluate(yaml, 1);
    EvaluatorContext with = context();
    std::vector<std::uint64_t> asked;
    with.pretrained = [&](const Network& network) {
        asked.push_back(network.hash());
        return [](Parameters& to) { std::ranges::fill(to.trainable(), 0.5F); };
    };
    ScoreEvaluator evaluator(options(yaml), with);
    const Evaluation pretrained = *evaluator.evaluate({.id = 0, .encoding = {1}, .parents = {}}, {});
    EXPECT_EQ(asked, std::vector<std::uint64_t>{space_.decode({1}).hash()});
    EXPECT_NE(metric(pretrained, "synflow"), metric(random, "synflow"));
    EXPECT_NE(metric(pretrained, "snip"), metric(random, "snip"));
}

// As a score more parameters are better, as a further objective fewer are.
TEST_F(ScoreEvaluatorTest, SizesAreMaximisedOnlyAsTheScoreThatIsSearchedFor) {
    const Evaluation e = evaluate("{score: params, objectives: [macs]}", 1);
    EXPECT_DOUBLE_EQ(e.objectives[0], -metric(e, "params"));
    EXPECT_DOUBLE_EQ(e.objectives[1], metric(e, "macs"));
}

TEST_F(ScoreEvaluatorTest, ANetworkHasOneScoreWhateverItsNumberAndOthersUnderOtherSeeds) {
    const std::string yaml = "{score: meco, batch: 8}";
    const Evaluation one = evaluate(yaml, 2, 0), other = evaluate(yaml, 2, 17);
    EXPECT_EQ(one.objectives, other.objectives);
    EXPECT_NE(score_seed(3, 0), score_seed(3, 1));
    EXPECT_NE(score_seed(3, 0), score_seed(4, 0));
    EXPECT_NE(evaluate("{score: meco, batch: 8, repeats: 3}", 2).objectives, one.objectives);
}

TEST_F(ScoreEvaluatorTest, AnUndefinedScoreFailsTheCandidateWithTheReason) {
    // No attention and no rectifier in this space: its linear regions cannot be counted.
    const Evaluation e = evaluate("{score: linear_regions, extra: [params]}", 0);
    EXPECT_EQ(e.status, EvalStatus::failed);
    EXPECT_EQ(e.reason, "score linear_regions is not defined for this network");
    EXPECT_TRUE(e.objectives.empty());
    EXPECT_TRUE(std::isnan(metric(e, "linear_regions")));
    EXPECT_EQ(metric(e, "params"), 122);
}

TEST_F(ScoreEvaluatorTest, LimitsComeBeforeScores) {
    const Evaluation e = evaluate("{score: meco, limits: {max_params: 200}}", 1);
    EXPECT_EQ(e.status, EvalStatus::infeasible);
    EXPECT_EQ(e.reason, "params = 242 is above the limit 200");
    EXPECT_TRUE(std::isnan(metric(e, "meco")));
}

TEST_F(ScoreEvaluatorTest, CountsOfTheSpaceAreMetricsAndMayBeLimited) {
    EXPECT_EQ(metric(evaluate("{score: params}", 2), "width"), 16);
    const Evaluation e = evaluate("{score: params, limits: {counts: {max_width: 8}}}", 2);
    EXPECT_EQ(e.reason, "width = 16 is above the limit 8");
    EXPECT_EQ(metric(e, "width"), 16);
}

TEST_F(ScoreEvaluatorTest, SaysWhatAReaderLooksAtAndTheVersionsOfItsScores) {
    const ScoreEvaluator evaluator(options("{score: {name: meco, as: mine}, extra: [synflow]}"), context());
    EXPECT_EQ(evaluator.headline(), "mine");
    EXPECT_EQ(evaluator.facts(),
              (std::vector<std::string>{"facts.score_version.mine=1", "facts.score_version.synflow=1"}));
    const auto metrics = evaluator.metrics();
    const auto mine = std::ranges::find(metrics, "mine", &Quantity::name);
    ASSERT_NE(mine, metrics.end());
    EXPECT_EQ(mine->version, 1);
    EXPECT_EQ(metrics.front().version, 0);
}

TEST_F(ScoreEvaluatorTest, StopsBetweenScores) {
    ScoreEvaluator evaluator(options("{score: meco}"), context());
    EXPECT_FALSE(evaluator.evaluate({.id = 0, .encoding = {0}, .parents = {}}, [] { return false; }).has_value());
}

TEST_F(ScoreEvaluatorTest, CompositeScoresShowTheirTermsAndTakeAReference) {
    const std::string yaml = "{score: {name: de_score, scores: [params, macs], reference: 3}}";
    ScoreEvaluator evaluator(options(yaml), context());
    std::vector<std::vector<double>> sample;
    for (std::int16_t choice = 0; choice < 3; ++choice) sample.push_back(*evaluator.raw_values({choice}, {}));
    EXPECT_EQ(sample[1], (std::vector<double>{0, 242, 64 * 8 * 27 + 16}));
    evaluator.scores().set_reference(sample);
    const Evaluation middle = *evaluator.evaluate({.id = 0, .encoding = {1}, .parents = {}}, {});
    EXPECT_NEAR(middle.objectives[0], 0, 1e-12);  // the median of the sample in both terms
}

TEST_F(ScoreEvaluatorTest, MistakesAreNamed) {
    EXPECT_NE(error("{score: zenn}").find("unknown name 'zenn'"), std::string::npos);
    EXPECT_NE(error("{score: meco, objectives: [size]}").find("unknown name 'size'; known: params, macs"),
              std::string::npos);
    EXPECT_NE(error("{score: meco, objectives: [params, params]}").find("twice"), std::string::npos);
    EXPECT_NE(error("{score: meco, objectives: [latency]}", false).find("add the key 'latency'"), std::string::npos);
    EXPECT_NE(error("{score: meco, limits: {max_latency_ms: 1}}", false).find("add the key 'latency'"),
              std::string::npos);
    EXPECT_NE(error("{score: meco, extra: [latency]}", false).find("add the key 'latency'"), std::string::npos);
    EXPECT_NE(error("{score: {name: meco, as: params}}").find("'params' is a metric already"), std::string::npos);
}

}  // namespace
}  // namespace hpnas
