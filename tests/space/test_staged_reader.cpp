#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "space/make_space.hpp"

namespace hpnas::test {
namespace {

std::vector<std::string> messages(const std::string& yaml) {
    Diagnostics diagnostics;
    read_staged_spec(parse_yaml(yaml, "s.yaml"), "", {}, diagnostics);
    return {diagnostics.lines().begin(), diagnostics.lines().end()};
}

using Lines = std::vector<std::string>;

const std::string stem = "  - {block: conv, stride: 2, filters: 8, kernel: 3, activation: relu}\n";

/// Messages of a space whose second stage (line 4) is `stage`.
Lines second(const std::string& stage) {
    return messages("resolution: 32\nstages:\n" + stem + "  - {" + stage + "}\n");
}

TEST(StagedReader, CorrectSpaceHasNoMessages) {
    EXPECT_EQ(second("block: conv, filters: 8, kernel: 3, activation: relu"), Lines{});
}

TEST(StagedReader, AllMistakesAreReportedAtOnce) {
    EXPECT_EQ(
        messages("resolution: {from: 64, to: 32}\n"
                 "colour: red\n"
                 "stages:\n"
                 "  - {block: conv, stride: 2, filters: 8, kernel: 2, activation: relu}\n"
                 "  - {block: irp, filters: [], kernel: 3, activation: relu}\n"
                 "head: {filters: 0}\n"),
        (Lines{
            "s.yaml:2: unknown key 'colour'; known: name, doc, profile, profiles, padding, bn_eps, se_ratio, round_to, "
            "drop_path, resolution, stages, head",
            "s.yaml:1: resolution: is an empty range: from 64 is larger than to 32",
            "s.yaml:4: stages.0.kernel: expected an odd integer in [1, 31], got 2",
            "s.yaml:5: stages.1.block: expected one of conv, fused_irb, irb, got irp",
            "s.yaml:5: stages.1.filters: is an empty list: at least one choice is needed",
            "s.yaml:6: head.filters: expected an integer in [1, 65536], got 0"}));
}

TEST(StagedReader, MissingPartsAreNamed) {
    EXPECT_EQ(messages("name: x"),
              (Lines{"s.yaml:1: resolution: is required, but missing (height and width of the input)",
                     "s.yaml:1: stages: is required, but missing (list of stages)"}));
    EXPECT_EQ(messages("resolution: 8\nstages: []"), Lines{"s.yaml:2: stages: expected a list of at least one stage"});
    EXPECT_EQ(messages("resolution: 8\nstages: 3"), Lines{"s.yaml:2: stages: expected a list of at least one stage"});
    EXPECT_EQ(messages("resolution: 8\nstages: [1]"), Lines{"s.yaml:2: stages.0: expected a map, got 1"});
    EXPECT_EQ(second("block: irb, filters: 8, kernel: 3, activation: relu"),
              Lines{"s.yaml:4: stages.1.expansion: is required for block irb"});
    EXPECT_EQ(second("block: conv").size(), 3U);  // filters, kernel, activation
}

TEST(StagedReader, KeysWithoutMeaningAreRefused) {
    EXPECT_EQ(second("block: conv, filters: 8, kernel: 3, activation: relu, expansion: 2, se: true"),
              (Lines{"s.yaml:4: stages.1.expansion: has no meaning for block conv",
                     "s.yaml:4: stages.1.se: has no meaning for block conv"}));
    EXPECT_EQ(second("block: irb, filters: 8, kernel: 3, activation: relu, expansion: 2, convs: 2"),
              Lines{"s.yaml:4: stages.1.convs: has no meaning for block irb"});
}

TEST(StagedReader, StagesThatCannotBeLeftOutAre) {
    EXPECT_EQ(second("block: conv, stride: 2, filters: 8, kernel: 3, activation: relu, layers: [0, 1]"),
              Lines{"s.yaml:4: stages.1.layers: a stage with stride 2 cannot be left out: expected at least 1 layer"});
    EXPECT_EQ(second("block: conv, filters: 8, kernel: 3, activation: relu, layers: 0"),
              Lines{"s.yaml:4: stages.1.layers: the stage would always be left out: remove it"});
    EXPECT_EQ(
        messages("resolution: 8\nstages:\n  - {block: conv, filters: 8, kernel: 3, activation: relu, layers: [0, 1]}"),
        Lines{"s.yaml:3: stages.0.layers: the first stage cannot be left out: expected at least 1 layer"});
}

TEST(StagedReader, TiesMustLeadToAnEarlierStageThatIsThere) {
    EXPECT_EQ(second("block: conv, filters: {same_as: 1}, kernel: 3, activation: relu"),
              Lines{"s.yaml:4: stages.1.filters.same_as: expected the label of an earlier stage, got '1'"});
    EXPECT_EQ(
        messages("resolution: 32\nstages:\n" + stem +
                 "  - {block: conv, filters: 8, kernel: 3, activation: relu, layers: [0, 1]}\n"
                 "  - {block: conv, filters: {same_as: 1}, kernel: 3, activation: relu}\n"
                 "  - {block: conv, filters: {same_as: 0}, kernel: 3, activation: relu}\n"
                 "  - {block: conv, filters: {same_as: 3}, kernel: 3, activation: relu}\n"),
        (Lines{"s.yaml:5: stages.2.filters.same_as: stage 1 can be empty, so its filters can be undefined",
               "s.yaml:7: stages.4.filters.same_as: stage 3 takes its own filters from another stage: name that one"}));
}

TEST(StagedReader, LabelsOfSearchedStagesDiffer) {
    const std::string fixed = "  - {label: a, block: conv, filters: 8, kernel: 3, activation: relu}\n";
    const std::string searched = "  - {label: a, block: conv, filters: 8, kernel: [3, 5], activation: relu}\n";
    EXPECT_EQ(messages("resolution: 32\nstages:\n" + fixed + fixed), Lines{});
    EXPECT_EQ(messages("resolution: 32\nstages:\n" + searched + fixed),
              Lines{"s.yaml:4: stages.1.label: 'a' is there twice, and names searched attributes"});
    EXPECT_EQ(second("label: A.b, block: conv, filters: 8, kernel: 3, activation: relu"),
              Lines{"s.yaml:4: stages.1.label: expected lower-case letters, digits and '_', got 'A.b'"});
}

TEST(StagedReader, ResolutionMustSurviveTheStrides) {
    EXPECT_EQ(messages("resolution: [1, 8]\nstages:\n" + stem),
              Lines{"s.yaml:1: resolution: 1 is too small for this space's total stride of 2"});
    const std::string fused =
        "  - {block: fused_irb, stride: 2, filters: 8, kernel: 5, expansion: 2, activation: relu}\n";
    // 8 -> 4 behind the stem: a 5x5 kernel fits only with padding.
    EXPECT_EQ(messages("resolution: 8\nstages:\n" + stem + fused), Lines{});
    EXPECT_EQ(messages("resolution: 8\npadding: as_built\nstages:\n" + stem + fused),
              Lines{"s.yaml:1: resolution: 8 is too small for this space's total stride of 4"});
}

TEST(StagedReader, ValuesOfTheTopLevelAreRead) {
    const StagedSpec spec =
        staged_space(
            "name: n\ndoc: d\nresolution: 32\nbn_eps: 1e-5\nse_ratio: 0.5\nround_to: 4\ndrop_path: 0.1\n"
            "padding: as_built\nstages:\n" +
            stem + "head: {filters: 7, features: 5, dropout: 0.4, activation: swish}\n")
            .spec();
    EXPECT_EQ(spec.name, "n");
    EXPECT_EQ(spec.doc, "d");
    EXPECT_EQ(spec.bn_eps, 1e-5);
    EXPECT_EQ(spec.se_ratio, 0.5);
    EXPECT_EQ(spec.round_to, 4);
    EXPECT_EQ(spec.drop_path, 0.1);
    EXPECT_TRUE(spec.as_built);
    EXPECT_EQ(spec.head.filters, 7);
    EXPECT_EQ(spec.head.features, 5);
    EXPECT_EQ(spec.head.dropout, 0.4);
    EXPECT_EQ(spec.head.activation, Activation::swish);
}

}  // namespace
}  // namespace hpnas::test
