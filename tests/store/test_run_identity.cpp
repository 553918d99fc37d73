#include <gtest/gtest.h>

#include "hpnas/store/run_identity.hpp"
#include "store/store_samples.hpp"

namespace hpnas {
namespace {

using Lines = std::vector<std::string>;

TEST(RunIdentity, EqualConfigurationsHaveNoDifferences) {
    EXPECT_EQ(config_differences("a: 1\nb: {c: 2}", "b:\n  c: 2\na: 1", {}), Lines{});
}

TEST(RunIdentity, EveryChangedAddedAndRemovedLeafIsListed) {
    const Lines lines = config_differences("a: 1\nb: {c: 2, d: [3, 4]}", "a: 5\nb: {d: [3, 6]}\ne: 7", {});
    EXPECT_EQ(lines, (Lines{"a: run has 1, now 5", "b.c: run has 2, now nothing", "b.d.1: run has 4, now 6",
                            "e: run has nothing, now 7"}));
}

TEST(RunIdentity, AllowedKeysCoverWholeComponentsOnly) {
    const Lines lines = config_differences("budget: {n: 1}\nbudgets: 2", "budget: {n: 3}\nbudgets: 4", {"budget"});
    EXPECT_EQ(lines, (Lines{"budgets: run has 2, now 4"}));
}

TEST(RunIdentity, ChangedSpaceAndSeedAreListed) {
    const RunIdentity before = store_test::identity();
    RunIdentity now = before;
    now.seed = 8;
    now.decisions[0].values.push_back(9);
    now.objectives[0].unit = "nat";
    const Lines lines = identity_differences(before, now, {});
    EXPECT_EQ(lines, (Lines{"seed: run has 7, now 8", "objectives: run has loss [1] , now loss [nat] ",
                            "decision 0 (depth): its choices changed"}));
}

}  // namespace
}  // namespace hpnas
