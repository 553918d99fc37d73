#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/op/drop_path.hpp"
#include "hpnas/space/block.hpp"

namespace hpnas::test {
namespace {

std::vector<std::string> names(const Network& network) {
    std::vector<std::string> result;
    for (const Node& node : network.nodes()) result.push_back(node.name);
    return result;
}

BlockSpec irb(std::int64_t stride = 1) {
    BlockSpec spec;
    spec.kind = BlockKind::irb;
    spec.kernel = 3;
    spec.stride = stride;
    spec.mid = 16;
    spec.out = 8;
    return spec;
}

TEST(Block, ConvHasItsHandCountedCost) {
    const BlockSpec spec{.kind = BlockKind::conv, .kernel = 3, .stride = 2, .out = 4};
    const Network network = block_network(spec, {8, 8, 3});
    EXPECT_EQ(network.cost().parameters, 3 * 3 * 3 * 4 + 2 * 4);
    EXPECT_EQ(network.cost().macs, 3 * 3 * 3 * 4 * 16);
    EXPECT_EQ(names(network), (std::vector<std::string>{"input", "block.conv1", "block.bn1", "block.act1"}));
}

TEST(Block, IrbHasItsHandCountedCost) {
    BlockSpec spec = irb();
    spec.se = 2;
    const Network network = block_network(spec, {4, 4, 8});
    // expansion 8*16 + 32, depthwise 9*16 + 32, squeeze 2*16*2 + 2 + 16, projection 16*8 + 16
    EXPECT_EQ(network.cost().parameters, 160 + 176 + 82 + 144);
    EXPECT_EQ(network.cost().macs, 16 * (8 * 16 + 9 * 16 + 16 * 8) + 2 * 16 * 2);
    EXPECT_EQ(names(network),
              (std::vector<std::string>{"input", "block.conv1", "block.bn1", "block.act1", "block.conv2", "block.bn2",
                                        "block.act2", "block.se", "block.conv3", "block.bn3", "block.add"}));
}

TEST(Block, FusedIrbHasItsHandCountedCost) {
    BlockSpec spec = irb(2);
    spec.kind = BlockKind::fused_irb;
    const Network network = block_network(spec, {4, 4, 8});
    EXPECT_EQ(network.cost().parameters, 9 * 8 * 16 + 32 + 16 * 8 + 16);
    EXPECT_EQ(network.cost().macs, 4 * (9 * 8 * 16 + 16 * 8));  // 2x2 positions
    EXPECT_EQ(names(network), (std::vector<std::string>{"input", "block.conv1", "block.bn1", "block.act1",
                                                        "block.conv2", "block.bn2"}));
}

TEST(Block, HeadOfBothFamiliesHasItsHandCountedCost) {
    BlockSpec spec{.kind = BlockKind::head, .mid = 16, .out = 10};
    EXPECT_EQ(block_network(spec, {2, 2, 8}).cost().parameters, 8 * 16 + 32 + 16 * 10 + 10);
    EXPECT_EQ(block_network(spec, {2, 2, 8}).cost().macs, 4 * 8 * 16 + 16 * 10);
    spec.features = 20;
    spec.dropout = 0.2;
    const Network network = block_network(spec, {2, 2, 8});
    EXPECT_EQ(network.cost().parameters, 8 * 16 + 32 + 16 * 20 + 20 * 10 + 10);
    EXPECT_EQ(names(network),
              (std::vector<std::string>{"input", "block.conv1", "block.bn1", "block.act1", "block.pool",
                                        "block.features", "block.features_act", "block.dropout", "block.fc"}));
}

TEST(Block, ResidualNeedsStrideOneAndEqualWidths) {
    const auto has_add = [](const BlockSpec& spec, const Shape& input) {
        const Network network = block_network(spec, input);
        return network.nodes().back().op->type() == "add";
    };
    EXPECT_TRUE(has_add(irb(), {4, 4, 8}));
    EXPECT_FALSE(has_add(irb(2), {4, 4, 8}));
    EXPECT_FALSE(has_add(irb(), {4, 4, 16}));
}

TEST(Block, DropPathIsOnTheResidualBranchOnly) {
    BlockSpec spec = irb();
    spec.drop_path = 0.25;
    const Network network = block_network(spec, {4, 4, 8});
    const Node& drop = network.nodes()[network.nodes().size() - 2];
    EXPECT_EQ(drop.name, "block.drop_path");
    EXPECT_EQ(dynamic_cast<const DropPath&>(*drop.op).attributes().rate, 0.25);
    spec.stride = 2;
    const Network strided = block_network(spec, {4, 4, 8});
    for (const Node& node : strided.nodes()) EXPECT_EQ(node.name.find("drop_path"), std::string::npos);
}

TEST(Block, KeyTellsEverythingThatCounts) {
    BlockSpec spec = irb(2);
    spec.se = 2;
    spec.activation = Activation::swish;
    EXPECT_EQ(block_key(spec), "irb k=3 s=2 mid=16 se=2 act=swish out=8");
    spec.drop_path = 0.1;
    EXPECT_EQ(block_key(spec), "irb k=3 s=2 mid=16 se=2 act=swish out=8");
    spec.padding = 1;  // the same as half
    EXPECT_EQ(block_key(spec), "irb k=3 s=2 mid=16 se=2 act=swish out=8");
    spec.padding = 0;
    spec.bn_eps = 1e-5;
    EXPECT_EQ(block_key(spec), "irb k=3 s=2 mid=16 se=2 act=swish out=8 pad=0 eps=1e-05");
    EXPECT_EQ(block_key({.kind = BlockKind::conv, .kernel = 3, .stride = 2, .convs = 3, .out = 48}),
              "conv k=3 s=2 n=3 act=relu out=48");
    EXPECT_EQ(block_key({.kind = BlockKind::head, .mid = 1152, .features = 1984, .out = 1000}),
              "head mid=1152 features=1984 act=relu out=1000");
}

TEST(Block, OutputShapeIsTheBuiltOne) {
    for (const BlockKind kind : {BlockKind::conv, BlockKind::fused_irb, BlockKind::irb, BlockKind::head})
        for (const std::int64_t size : {7, 8, 15})
            for (const std::int64_t stride : {1, 2, 3})
                for (const std::int64_t padding : {-1, 0}) {
                    const BlockSpec spec{
                        .kind = kind, .kernel = 5, .stride = stride, .padding = padding, .mid = 4, .out = 3};
                    const Network network = block_network(spec, {size, size, 2});
                    EXPECT_EQ(block_output(spec, {size, size, 2}), network.node(network.outputs()[0]).shape)
                        << block_key(spec) << " at " << size;
                }
}

TEST(Block, InputSmallerThanAnUnpaddedKernelIsRefused) {
    const BlockSpec spec{.kind = BlockKind::conv, .kernel = 5, .padding = 0, .out = 3};
    EXPECT_THROW(block_output(spec, {4, 4, 2}), ShapeError);
    EXPECT_THROW(block_network(spec, {4, 4, 2}), ShapeError);
}

// Values of the published builder: 96 * 7.67 -> 736, 704 * 3.82 -> 2688 (gpunet.md 2.1); the rest by hand.
TEST(Block, RoundedChannelsFollowTheUsualRule) {
    EXPECT_EQ(rounded_channels(96 * 7.67, 8), 736);
    EXPECT_EQ(rounded_channels(704 * 3.82, 8), 2688);
    EXPECT_EQ(rounded_channels(48, 8), 48);
    EXPECT_EQ(rounded_channels(3, 8), 8);    // at least one multiple
    EXPECT_EQ(rounded_channels(11, 8), 16);  // 8 would lose more than a tenth
    EXPECT_EQ(rounded_channels(12, 8), 16);  // ties go up
    EXPECT_EQ(rounded_channels(83, 8), 80);  // 80 >= 0.9 * 83
    EXPECT_EQ(rounded_channels(132.4, 0), 132);
    EXPECT_EQ(rounded_channels(7, 1), 7);
}

}  // namespace
}  // namespace hpnas::test
