#include <gtest/gtest.h>

#include "hpnas/search/variation.hpp"

namespace hpnas {
namespace {

const std::vector<Decision> decisions{{"a", {1, 2, 3}}, {"b", {1}}, {"c", {1, 2}}, {"d", {1, 2, 3, 4, 5}}};

TEST(Variation, MutationWithRateZeroChangesOneSlotThatHasAChoice) {
    Rng rng(1, Purpose::test);
    int changed_runs = 0;
    for (int run = 0; run < 100; ++run) {
        const Encoding x{0, 0, 1, 4}, y = mutate_slots(x, decisions, {0, 0}, rng);
        int changed = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            changed += x[i] != y[i] ? 1 : 0;
            EXPECT_GE(y[i], 0);
            EXPECT_LT(static_cast<std::size_t>(y[i]), decisions[i].values.size());
        }
        EXPECT_LE(changed, 1);  // 0 if the certain slot is "b", which has a single choice
        changed_runs += changed;
    }
    EXPECT_GT(changed_runs, 50);
}

TEST(Variation, MutationWithRateOneChangesEverySlotThatHasAChoice) {
    Rng rng(2, Purpose::test);
    const Encoding x{2, 0, 0, 3}, y = mutate_slots(x, decisions, {1, 1}, rng);
    EXPECT_NE(x[0], y[0]);
    EXPECT_EQ(x[1], y[1]);
    EXPECT_EQ(y[2], 1);
    EXPECT_NE(x[3], y[3]);
}

TEST(Variation, CrossoverTakesEverySlotFromAParentAndFromBoth) {
    Rng rng(3, Purpose::test);
    const Encoding a(64, 0), b(64, 1), child = cross_slots(a, b, rng);
    const auto from_b = std::count(child.begin(), child.end(), 1);
    EXPECT_EQ(from_b + std::count(child.begin(), child.end(), 0), 64);
    EXPECT_GT(from_b, 12);  // of 64 fair draws: five standard deviations below the mean of 32
    EXPECT_LT(from_b, 52);
}

}  // namespace
}  // namespace hpnas
