#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/space/staged_changes.hpp"
#include "space/make_space.hpp"

namespace hpnas::test {
namespace {

constexpr const char* yaml = R"(
name: t
resolution: [32, 64, 96]
stages:
  - {block: conv, stride: 2, filters: [8, 16, 24], kernel: 3, activation: [relu, swish]}
  - {label: last, block: irb, filters: 40, kernel: 3, expansion: 3, activation: relu}
profile: small
profiles:
  small: {}
  large: {stagelast.filters: [40, 80], head.filters: 512, drop_path: 0.3}
  wrong: {stage7.filters: 8}
)";

ConfigNode map(const std::string& text) { return parse_yaml(text, "run.yaml"); }

StagedChanges overridden(const std::string& text) {
    StagedChanges changes;
    changes.overrides = map(text);
    return changes;
}

StagedChanges fixed(const std::string& text) {
    StagedChanges changes;
    changes.fix = map(text);
    return changes;
}

std::string error_of(const StagedChanges& changes) {
    try {
        staged_space(yaml, {}, changes);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

TEST(StagedChanges, DefaultProfileAppliesUnlessAnotherIsAskedFor) {
    EXPECT_EQ(staged_space(yaml).spec().head.filters, 1280);
    const StagedSpace large = staged_space(yaml, {}, {.profile = "large"});
    EXPECT_EQ(large.spec().head.filters, 512);
    EXPECT_EQ(large.spec().drop_path, 0.3);
    EXPECT_EQ(large.decisions().back().name, "stagelast.filters");
    EXPECT_EQ(large.decisions().back().values, (std::vector<double>{40, 80}));
}

TEST(StagedChanges, OverridesWinOverTheProfile) {
    StagedChanges changes = overridden("{head.filters: 64, stage0.kernel: [3, 5], padding: as_built}");
    changes.profile = "large";
    const StagedSpace space = staged_space(yaml, {}, changes);
    EXPECT_EQ(space.spec().head.filters, 64);
    EXPECT_TRUE(space.spec().as_built);
    EXPECT_EQ(space.decisions()[2].name, "stage0.kernel");
}

TEST(StagedChanges, PaddingIsAChangeOfItsOwn) {
    EXPECT_FALSE(staged_space(yaml).spec().as_built);
    EXPECT_TRUE(staged_space(yaml, {}, {.padding = "as_built"}).spec().as_built);
}

TEST(StagedChanges, FixTakesChoicesAwayAndKeepsTheSlots) {
    const StagedSpace space =
        staged_space(yaml, {}, fixed("{resolution: 64, stage0.filters: [8, 24], stage0.activation: swish}"));
    ASSERT_EQ(space.decisions().size(), 3U);
    EXPECT_EQ(space.decisions()[0].values, std::vector<double>{64});
    EXPECT_EQ(space.decisions()[1].values, (std::vector<double>{8, 24}));
    EXPECT_EQ(space.format_values({0, 1, 0}), "v:64,24,swish");
    EXPECT_EQ(space.parse("v:64,24,swish"), (Encoding{0, 1, 0}));
}

TEST(StagedChanges, MistakesNameFileLineAndWayOut) {
    EXPECT_EQ(error_of({.profile = "larg"}),
              "space.yaml:2: profile: unknown profile 'larg'; known: small, large, wrong");
    EXPECT_EQ(
        error_of({.profile = "wrong"}),
        "space.yaml:11: stage7.filters: there is no 'stage7'; expected e.g. drop_path, head.filters or stage2.kernel");
    EXPECT_EQ(error_of(overridden("stage0.kernel: 2")),
              "run.yaml:1: stages.0.kernel: expected an odd integer in [1, 31], got 2");
    EXPECT_EQ(error_of(overridden("drop_pat: 0.1")), "run.yaml:1: unknown key 'drop_pat'; did you mean 'drop_path'?");
    EXPECT_EQ(error_of(overridden("[1]")), "run.yaml:1: override: expected a map of keys to new values");
    EXPECT_EQ(error_of(fixed("resolution: 48")),
              "run.yaml:1: fix.resolution: expected a choice of this slot (32, 64, 96), got 48");
    EXPECT_EQ(error_of(fixed("stage0.filter: 8")),
              "run.yaml:1: fix: 'stage0.filter' is no slot of this space; did you mean 'stage0.filters'?");
    EXPECT_EQ(error_of(fixed("stage0.kernel: 3")).substr(0, 57),
              "run.yaml:1: fix: 'stage0.kernel' is no slot of this space");
    EXPECT_EQ(error_of(fixed("[1]")), "run.yaml:1: fix: expected a map of slot names to values");
}

TEST(StagedChanges, LabelIsTheKeyOrThePosition) {
    EXPECT_EQ(stage_label(map("{label: head2}"), 3), "head2");
    EXPECT_EQ(stage_label(map("{block: conv}"), 3), "3");
}

}  // namespace
}  // namespace hpnas::test
