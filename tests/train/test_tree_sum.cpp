#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "hpnas/app/training_ranks.hpp"
#include "hpnas/comm/thread_communicator.hpp"
#include "hpnas/train/tree_sum.hpp"

namespace hpnas {
namespace {

/// Values whose float sum depends on the order of additions.
float value(std::int64_t leaf, std::size_t i) {
    return static_cast<float>(std::exp(7.0 * std::sin(static_cast<double>(leaf * 31) + static_cast<double>(i))));
}

void fill(std::int64_t leaf, std::span<float> dst) {
    for (std::size_t i = 0; i < dst.size(); ++i) dst[i] = value(leaf, i);
}

std::vector<float> sum_over(int n_ranks, std::int64_t n_leaves) {
    std::vector<float> result;
    run_ranks(n_ranks, [&](Communicator& comm) {
        TreeSum tree(training_ranks(comm), n_leaves, 40);
        std::vector<float> dst(40);
        for (int repeat = 0; repeat < 2; ++repeat) tree.run(fill, dst);  // scratch is reused
        if (comm.is_root()) result = dst;
    });
    return result;
}

// 5 leaves: ((a + b) + (c + d)) + e.
TEST(TreeSum, AddsHalvesOfPowersOfTwo) {
    const std::vector<float> sum = sum_over(1, 5);
    for (std::size_t i = 0; i < sum.size(); ++i) {
        const float ab = value(0, i) + value(1, i), cd = value(2, i) + value(3, i);
        EXPECT_EQ(sum[i], (ab + cd) + value(4, i)) << i;
    }
}

TEST(TreeSum, IsTheSameForAnyNumberOfRanks) {
    for (const std::int64_t leaves : {4, 7, 8})
        for (const int ranks : {2, 3, 4}) EXPECT_EQ(sum_over(ranks, leaves), sum_over(1, leaves)) << ranks << leaves;
}

TEST(TreeSum, RanksShareTheLeavesEvenlyAndInRuns) {
    for (const std::int64_t leaves : {3, 5, 8}) {
        const TreeSum tree({.rank = 0, .count = 3}, leaves, 1);
        std::vector<std::int64_t> counts(3);
        for (std::int64_t leaf = 0; leaf < leaves; ++leaf) {
            ++counts[static_cast<std::size_t>(tree.owner(leaf))];
            EXPECT_GE(tree.owner(leaf), tree.owner(std::max<std::int64_t>(leaf - 1, 0)));
        }
        for (const std::int64_t count : counts)
            EXPECT_NEAR(static_cast<double>(count), static_cast<double>(leaves) / 3, 1);
    }
}

TEST(TreeSum, EveryRankNeedsALeaf) { EXPECT_THROW(TreeSum({.rank = 0, .count = 3}, 2, 1), InternalError); }

}  // namespace
}  // namespace hpnas
