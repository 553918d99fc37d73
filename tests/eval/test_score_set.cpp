#include <gtest/gtest.h>

#include <cmath>

#include "eval/tiny.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/eval/score_set.hpp"

namespace hpnas {
namespace {

std::vector<ConfigNode> nodes(const std::string& list) { return parse_yaml(list, "test").sequence; }

std::string error(const std::string& list) {
    try {
        ScoreSet set(nodes(list));
    } catch (const ConfigError& e) {
        return e.what();
    }
    return "";
}

const std::string composite = "{name: de_score, as: both, scores: [params, {name: macs, weight: 2}], reference: 3}";

TEST(ScoreSet, LabelsTellScoresOfOneNameApart) {
    const ScoreSet set(nodes("[params, {name: meco, as: other}]"));
    ASSERT_EQ(set.entries().size(), 2U);
    EXPECT_EQ(set.find("other")->score->info().name, "meco");
    EXPECT_EQ(set.find("meco"), nullptr);
    EXPECT_NE(error("[params, params]").find("'params' is there twice"), std::string::npos);
}

TEST(ScoreSet, RefusesLabelsThatCannotNameAColumn) {
    EXPECT_NE(error("[{name: meco, as: ''}]").find("expected a name of letters, digits"), std::string::npos);
    EXPECT_NE(error("[{name: meco, as: 'a/b'}]").find("got 'a/b'"), std::string::npos);
    EXPECT_NE(error("[{name: meco, as: score_seconds}]").find("'score_seconds' is a column of the results already"),
              std::string::npos);
    EXPECT_NE(error("[" + composite + ", {name: meco, as: both_macs}]").find("'both_macs' is there twice"),
              std::string::npos);
    EXPECT_EQ(error("[{name: meco, as: meco-8_channels}]"), "");
}

TEST(ScoreSet, NamesUnknownScoresAndTheKnownOnes) {
    const std::string text = error("[params, zenn]");
    EXPECT_NE(text.find("unknown name 'zenn'; did you mean 'zen'? known: "), std::string::npos) << text;
}

TEST(ScoreSet, ComputesValuesAndTermsOfANetwork) {
    const test::WidthSpace space;
    const Network network = space.decode({0});
    const test::OwnDevice own;
    ScoreProbe probe(network, own.device, {});
    ScoreSet set(nodes("[params, " + composite + "]"));
    EXPECT_EQ(set.raw_names(), (std::vector<std::string>{"params", "both_attention", "both_params", "both_macs"}));
    const auto raw = set.raw_values(probe, {});
    // Width 4: 4 * 27 + 4 + 10 parameters, 64 * 4 * 27 + 8 multiply-accumulates; no attention.
    EXPECT_EQ(*raw, (std::vector<double>{122, 0, 122, 6920}));
    EXPECT_EQ(set.value(set.entries()[0], *raw), 122);
    EXPECT_EQ(set.value(set.entries()[1], *raw), 122 + 2 * 6920);  // no reference yet: as they are
    EXPECT_EQ(set.raw_values(probe, [] { return false; }), std::nullopt);
}

TEST(ScoreSet, GivesTheReferenceSampleToThoseThatNeedIt) {
    ScoreSet set(nodes("[params, " + composite + "]"));
    EXPECT_TRUE(set.uses("macs"));
    EXPECT_FALSE(set.uses("both"));
    EXPECT_FALSE(set.uses("latency"));
    EXPECT_EQ(set.reference_size(), 3);
    EXPECT_EQ(ScoreSet(nodes("[params]")).reference_size(), 0);
    set.set_reference(std::vector<std::vector<double>>{{1, 0, 1, 10}, {2, 0, 2, 20}, {3, 0, 3, 30}});
    // Medians 2 and 20, median deviations 1 and 10.
    EXPECT_NEAR(set.value(set.entries()[1], std::vector<double>{3, 0, 3, 10}), (1 - 2) / 1.4826, 1e-12);
}

TEST(ScoreSet, ResolvesEveryOption) {
    Diagnostics diagnostics;
    const ConfigNode resolved =
        resolve_score(parse_yaml("[{name: de_score, as: x}]", "test"), "objective.extra", diagnostics);
    EXPECT_TRUE(diagnostics.empty());
    EXPECT_EQ(resolved.sequence.front().find("reference")->scalar, "64");
    EXPECT_EQ(resolved.sequence.front().find("as")->scalar, "x");
    resolve_score(parse_yaml("{name: de_score, referense: 1}", "test"), "objective.score", diagnostics);
    ASSERT_FALSE(diagnostics.empty());
    EXPECT_NE(std::string(diagnostics.lines().front()).find("objective.score: unknown key 'referense'"),
              std::string::npos);
}

}  // namespace
}  // namespace hpnas
