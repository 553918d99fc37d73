#include <gtest/gtest.h>

#include "hpnas/eval/block_tasks.hpp"
#include "hpnas/space/block.hpp"

namespace hpnas {
namespace {

TEST(BlockTasks, AreTheBlocksThatTheTableLacks) {
    const std::vector<BlockSpec> specs{{.kind = BlockKind::conv, .kernel = 3, .out = 8},
                                       {.kind = BlockKind::conv, .kernel = 5, .out = 8}};
    const Shape input{8, 8, 3};
    Segmentation segmentation;
    for (const BlockSpec& spec : specs) segmentation.blocks.push_back({block_key(spec), input});
    segmentation.network = [&](std::size_t i) { return block_network(specs[i], input); };
    EXPECT_EQ(block_tasks(segmentation, LatencyTable()).size(), 2U);

    LatencyTable table;
    table.set(table_key(segmentation.blocks[0]), {.median_ms = 1, .count = 1});
    const auto tasks = block_tasks(segmentation, table);
    ASSERT_EQ(tasks.size(), 1U);
    EXPECT_EQ(tasks[0].key.block, block_key(specs[1]));
    const Network network = tasks[0].network();
    EXPECT_EQ(table_key(network, network.blocks()[0]), tasks[0].key);  // measured under the key it is looked up by
}

}  // namespace
}  // namespace hpnas
