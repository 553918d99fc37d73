#include <gtest/gtest.h>

#include "hpnas/op/linear.hpp"
#include "hpnas/space/chain_segmentation.hpp"

namespace hpnas {
namespace {

ChainBlock block(const std::string& key, std::int64_t out) {
    return {{key, {3}}, [out] {
                NetworkBuilder builder;
                const NodeId output = builder.add("fc", make_linear({.out = out}), builder.input("input", {3}));
                return std::move(builder).finish({output});
            }};
}

TEST(ChainSegmenter, EqualBlocksAreOneAndAbsentOnesNone) {
    ChainSegmenter chain;
    chain.add("first", block("a", 3));
    chain.add("second", 0, {std::nullopt, block("a", 3), block("b", 4)});
    const Segmentation segmentation = std::move(chain).finish();
    ASSERT_EQ(segmentation.blocks.size(), 2U);
    EXPECT_EQ(blocks_of(segmentation, {0}), (std::vector<std::size_t>{0}));
    EXPECT_EQ(blocks_of(segmentation, {1}), (std::vector<std::size_t>{0, 0}));
    EXPECT_EQ(blocks_of(segmentation, {2}), (std::vector<std::size_t>{0, 1}));
    EXPECT_EQ(segmentation.network(1).cost().parameters, 16);
}

}  // namespace
}  // namespace hpnas
