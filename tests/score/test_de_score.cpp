#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/core/error.hpp"
#include "hpnas/kernel/engine.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/score/de_score.hpp"
#include "hpnas/score/probe.hpp"
#include "hpnas/space/builtin.hpp"
#include "hpnas/tensor/arena.hpp"

namespace hpnas {
namespace {

DeScore make(const std::string& yaml) {
    DeScoreOptions options;
    Diagnostics diagnostics;
    read_options(parse_yaml(yaml, "test"), "score", diagnostics, options);
    diagnostics.throw_if_any();
    return DeScore(options);
}

std::vector<std::string> terms(const DeScore& score) { return {score.terms().begin(), score.terms().end()}; }

using Rows = std::vector<std::vector<double>>;
const double nan_value = std::nan("");

TEST(DeScore, TermsFollowFromModeAndWeights) {
    EXPECT_EQ(terms(make("{}")),
              (std::vector<std::string>{"attention", "zen", "ntk", "synflow", "diversity", "saliency"}));
    EXPECT_EQ(terms(make("{weights: {complexity: 0, latency: 1}}")),
              (std::vector<std::string>{"attention", "zen", "synflow", "diversity", "saliency", "latency"}));
    EXPECT_EQ(make("{mode: compat}").reference_size(), 0);
    EXPECT_EQ(make("{mode: rank, reference: 12}").reference_size(), 12);
    EXPECT_THROW(make("{weights: {expressivity: 0, complexity: 0, diversity: 0, saliency: 0}}"), ConfigError);
    EXPECT_THROW(make("{mode: compat, weights: {saliency: 0}}"), ConfigError);
    EXPECT_THROW(make("{scores: [params, params]}"), ConfigError);
    EXPECT_THROW(make("{scores: [{name: params, weight: much}]}"), ConfigError);
}

TEST(DeScore, FixedAddsRobustScoresOfTheTermsThatApply) {
    // Terms: attention, zen (larger is better), ntk (smaller is better, as a logarithm), synflow, diversity, saliency.
    DeScore score = make("{weights: {expressivity: 2, complexity: 1, saliency: 0.5}}");
    const double e = std::exp(1.0);
    score.set_reference(Rows{{0, 1, 1, 10, nan_value, nan_value},
                             {0, 2, e, 20, nan_value, nan_value},
                             {0, 3, e * e, 30, nan_value, nan_value}});
    // Medians 2, ln e = 1, 20; median deviations 1, 1, 10. One unit better in each:
    const double unit = 1 / 1.4826;
    EXPECT_NEAR(score.combine(std::vector<double>{0, 3, 1, 30, nan_value, nan_value}), (2 + 1 + 0.5) * unit, 1e-12);
    EXPECT_NEAR(score.combine(std::vector<double>{0, 2, e, 20, nan_value, nan_value}), 0, 1e-12);
}

TEST(DeScore, AnUndefinedTermThatAppliesMakesTheScoreUndefined) {
    const DeScore score = make("{}");
    EXPECT_TRUE(std::isnan(score.combine(std::vector<double>{0, 3, nan_value, 30, nan_value, nan_value})));
    EXPECT_FALSE(std::isnan(score.combine(std::vector<double>{1, nan_value, nan_value, nan_value, 2, 3})));
    EXPECT_TRUE(std::isnan(score.combine(std::vector<double>{1, 1, 1, 1, nan_value, 3})));
}

TEST(DeScore, LatencyLowersTheScoreWhateverItsSign) {
    DeScore score = make("{weights: {saliency: 0, diversity: 1, latency: 1, expressivity: 0, complexity: 0}}");
    score.set_reference(Rows{{1, 5, 10}, {1, 6, 20}, {1, 7, 40}});  // attention, diversity, latency
    for (const double diversity : {-100.0, 6.0, 100.0})
        EXPECT_GT(score.combine(std::vector<double>{1, diversity, 10}),
                  score.combine(std::vector<double>{1, diversity, 11}));
}

TEST(DeScore, RankAddsLogarithmsOfRanks) {
    DeScore score = make("{mode: rank, scores: [params, {name: macs, weight: 2}]}");
    EXPECT_EQ(terms(score), (std::vector<std::string>{"attention", "params", "macs"}));
    score.set_reference(Rows{{0, 1, 10}, {0, 2, 20}, {0, 3, 30}, {0, 4, 40}});
    EXPECT_NEAR(score.combine(std::vector<double>{0, 4, 10}), std::log(1.0) + 2 * std::log(0.25), 1e-12);
    // Beyond the ends it goes on.
    EXPECT_GT(score.combine(std::vector<double>{0, 6, 40}), score.combine(std::vector<double>{0, 5, 40}));
    EXPECT_LT(score.combine(std::vector<double>{0, 4, 5}), score.combine(std::vector<double>{0, 4, 10}));
}

TEST(DeScore, CompatIsDeNassFormula) {
    const DeScore score =
        make("{mode: compat, weights: {expressivity: 2, complexity: 3, saliency: 4, diversity: 5, latency: 0.5}}");
    EXPECT_EQ(terms(score), (std::vector<std::string>{"attention", "expressivity", "denas_condition", "denas_saliency",
                                                      "denas_diversity", "latency"}));
    EXPECT_NEAR(score.combine(std::vector<double>{0, 7, 11, 0.25, nan_value, nan_value}), 2 * 7 / (4 * 0.25) - 3 * 11,
                1e-12);
    EXPECT_NEAR(score.combine(std::vector<double>{1, nan_value, nan_value, 6, 8, 4}), (5 * 8 + 4 * 6) / (1 + 0.5 * 4),
                1e-12);
}

TEST(DeScore, ANetworkToWhichNoTermAppliesHasNoScore) {
    const DeScore score = make("{weights: {expressivity: 0, complexity: 0, saliency: 0, diversity: 1}}");
    ASSERT_EQ(terms(score), (std::vector<std::string>{"attention", "diversity"}));
    EXPECT_TRUE(std::isnan(score.combine(std::vector<double>{0, nan_value})));
}

TEST(DeScore, MistakesInTheListAreNamed) {
    EXPECT_THROW(make("{scores: [{name: params, log: maybe}]}"), ConfigError);
    EXPECT_THROW(make("{scores: [de_score, params]}"), ConfigError);
}

TEST(DeScore, AReferenceThatTellsNothingOfATermIsAnError) {
    DeScore score = make("{scores: [params, macs]}");
    EXPECT_THROW(score.set_reference(Rows{{0, 1, nan_value}, {0, 2, nan_value}}), DataError);
    EXPECT_THROW(score.set_reference(Rows{{nan_value, nan_value, nan_value}}), DataError);
}

TEST(DeScore, NetworksThatFoundNoMemoryLeaveTheReferenceAlone) {
    DeScore all = make("{weights: {complexity: 0}}"), some = make("{weights: {complexity: 0}}");
    const std::vector<double> unscored(5, nan_value);  // attention, zen, synflow, diversity, saliency
    const std::vector<double> a{1, nan_value, nan_value, 5, 10}, b{1, nan_value, nan_value, 6, 20},
        c{1, nan_value, nan_value, 8, 40};
    all.set_reference(Rows{a, b, c});
    some.set_reference(Rows{unscored, a, unscored, b, c});
    EXPECT_EQ(all.combine(c), some.combine(c));
}

TEST(DeScore, ComputesItsTermsOnTheNetwork) {
    NetworkBuilder builder;
    const NodeId input = builder.input("input", {3});
    const NodeId output = builder.add("fc", make_linear({.out = 2}), input);
    const Network network = std::move(builder).finish({output});
    kernel::Engine engine;
    Arena arena;
    const Device device{engine, arena};
    ScoreProbe probe(network, device, {});
    const DeScore score = make("{scores: [params, macs]}");
    EXPECT_EQ(score.compute_terms(probe), (std::vector<double>{0, 8, 6}));
    EXPECT_EQ(score.compute(probe), 14);
    const DeScore timed = make("{weights: {latency: 1, expressivity: 0, complexity: 0, saliency: 0}}");
    EXPECT_THROW(timed.compute(probe), ConfigError);  // latency is not known
}

TEST(DeScore, ANetworkThatMixesTokensOtherwiseCountsAsAttention) {
    Diagnostics diagnostics;
    const auto space = spaces().make(parse_yaml("{name: flexibert}", "test"), "space", diagnostics,
                                     TaskShape{.classes = 2, .sequence = 8, .vocabulary = 50});
    const Network network = space->decode(space->parse("128:LT-DFT-h2-ff512x1,LT-DCT-h4-ff512x1"));
    kernel::Engine engine;
    Arena arena;
    const Device device{engine, arena};
    ScoreProbe probe(network, device, {});
    const std::vector<double> values =
        make("{}").compute_terms(probe);  // attention, zen, ntk, synflow, diversity, saliency
    EXPECT_EQ(values[0], 1);
    EXPECT_TRUE(std::isfinite(values[4]) && std::isfinite(values[5]));
}

}  // namespace
}  // namespace hpnas
