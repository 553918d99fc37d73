#include <gtest/gtest.h>

#include <algorithm>

#include "hpnas/core/rng.hpp"
#include "hpnas/train/memory_plan.hpp"

namespace hpnas {
namespace {

TEST(MemoryPlan, BlocksThatDoNotMeetShareMemory) {
    const std::vector<Lifetime> blocks{{1000, 0, 1}, {1000, 2, 3}, {64, 1, 2}};
    const MemoryPlan plan = plan_memory(blocks);
    EXPECT_EQ(plan.offsets, (std::vector<std::size_t>{0, 0, 1024}));  // 1000 takes 16 lines of 64 bytes
    EXPECT_EQ(plan.total, 1088U);
}

TEST(MemoryPlan, TheSmallestGapThatFitsIsUsed) {
    // At step 5 the first, third and fifth are gone; gaps of 256 at 0, 128 at 512 and 64 at 896 remain.
    const std::vector<Lifetime> blocks{{512, 0, 9}, {256, 0, 4}, {128, 0, 9}, {128, 5, 6}};
    const MemoryPlan plan = plan_memory(blocks);
    EXPECT_EQ(plan.offsets[3], plan.offsets[1]);
    EXPECT_EQ(plan.total, 896U);
}

TEST(MemoryPlan, EmptyBlocksTakeNothing) {
    EXPECT_EQ(plan_memory({}).total, 0U);
    const std::vector<Lifetime> blocks{{0, 0, 9}, {64, 0, 9}};
    EXPECT_EQ(plan_memory(blocks).total, 64U);
}

TEST(MemoryPlan, RandomBlocksNeverOverlapInTimeAndSpace) {
    for (std::uint64_t id = 0; id < 50; ++id) {
        Rng rng(1, Purpose::test, id);
        std::vector<Lifetime> blocks;
        for (int i = 0; i < 60; ++i) {
            const auto first = static_cast<int>(rng.below(40));
            blocks.push_back({rng.below(5000), first, first + static_cast<int>(rng.below(20))});
        }
        const MemoryPlan plan = plan_memory(blocks);
        std::size_t sum = 0;
        for (std::size_t a = 0; a < blocks.size(); ++a) {
            sum += (blocks[a].bytes + 63) / 64 * 64;
            ASSERT_LE(plan.offsets[a] + blocks[a].bytes, plan.total);
            ASSERT_EQ(plan.offsets[a] % 64, 0U);
            for (std::size_t b = 0; b < a; ++b) {
                const bool together = blocks[a].first <= blocks[b].last && blocks[b].first <= blocks[a].last;
                const bool apart = plan.offsets[a] + blocks[a].bytes <= plan.offsets[b] ||
                                   plan.offsets[b] + blocks[b].bytes <= plan.offsets[a];
                ASSERT_TRUE(!together || apart || blocks[a].bytes == 0 || blocks[b].bytes == 0) << a << " " << b;
            }
        }
        EXPECT_LT(plan.total, sum);
    }
}

}  // namespace
}  // namespace hpnas
