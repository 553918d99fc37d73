#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/space/residual_unit.hpp"

namespace hpnas::test {
namespace {

Network network_of(const ResidualUnit& unit, const Shape& input) {
    NetworkBuilder builder;
    const NodeId source = builder.input("input", input);
    builder.push_scope("unit");
    const NodeId output = append_unit(builder, source, unit);
    builder.pop_scope();
    return std::move(builder).finish({output});
}

std::string types(const Network& network) {
    std::string text;
    for (const Node& node : network.nodes())
        if (node.op != nullptr) text += (text.empty() ? "" : " ") + std::string(node.op->type());
    return text;
}

// Parameters and MACs below are worked out by hand: convolutions, 2 per channel of a batch norm, the shortcut's bias.
TEST(ResidualUnit, ConvIsOneLayer) {
    const Network network = network_of({.kind = UnitKind::conv, .kernel = 5, .stride = 2, .out = 6}, {9, 9, 4});
    EXPECT_EQ(types(network), "conv2d batch_norm relu");
    EXPECT_EQ(network.node(network.outputs()[0]).shape, (Shape{5, 5, 6}));
    EXPECT_EQ(network.cost().parameters, 25 * 4 * 6 + 12);
    EXPECT_EQ(network.blocks()[0].key, "plainnet conv k=5 s=2 out=6");
}

TEST(ResidualUnit, BasicHasTwoConvolutions) {
    const ResidualUnit unit{.kind = UnitKind::basic, .kernel = 3, .stride = 2, .mid = 3, .out = 8, .project = true};
    const Network network = network_of(unit, {8, 8, 4});
    EXPECT_EQ(types(network), "conv2d batch_norm relu conv2d batch_norm conv2d batch_norm add relu");
    EXPECT_EQ(network.cost().parameters, 9 * 4 * 3 + 6 + 9 * 3 * 8 + 16 + 4 * 8 + 8 + 16);
    EXPECT_EQ(network.cost().macs, 16 * (9 * 4 * 3 + 9 * 3 * 8 + 4 * 8));
    EXPECT_EQ(unit_key(unit), "plainnet basic k=3 s=2 mid=3 out=8 project=1");
}

TEST(ResidualUnit, BottleneckStridesInTheMiddle) {
    const Network network = network_of(
        {.kind = UnitKind::bottleneck, .kernel = 3, .stride = 2, .mid = 3, .out = 8, .project = true}, {8, 8, 4});
    EXPECT_EQ(network.cost().macs, 64 * 4 * 3 + 16 * (9 * 3 * 3 + 3 * 8 + 4 * 8));
}

TEST(ResidualUnit, InvertedIsDepthwiseAndTheInputIsTheShortcut) {
    const ResidualUnit unit{.kind = UnitKind::inverted, .kernel = 3, .mid = 6, .out = 4};
    const Network network = network_of(unit, {8, 8, 4});
    EXPECT_EQ(types(network), "conv2d batch_norm relu conv2d batch_norm relu conv2d batch_norm add relu");
    EXPECT_EQ(network.cost().macs, 64 * (4 * 6 + 9 * 6 + 6 * 4));
    EXPECT_EQ(network.nodes().back().inputs.size(), 1U);
    EXPECT_THROW(network_of(unit, {8, 8, 5}), ShapeError);
}

TEST(ResidualUnit, SqueezeExciteHasBatchNormsInsteadOfBiases) {
    ResidualUnit unit{.kind = UnitKind::inverted, .kernel = 3, .mid = 8, .out = 4};
    const std::int64_t before = network_of(unit, {6, 6, 4}).cost().parameters;
    unit.se = 2;
    const Network network = network_of(unit, {6, 6, 4});
    EXPECT_EQ(network.cost().parameters - before, 8 * 2 + 2 * 2 + 2 * 8 + 2 * 8);
    EXPECT_EQ(unit_key(unit), "plainnet inverted k=3 s=1 mid=8 out=4 project=0 se=2");
    EXPECT_EQ(network.input_shape(network.blocks()[0]), (Shape{6, 6, 4}));
}

}  // namespace
}  // namespace hpnas::test
