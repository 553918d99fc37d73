#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/core/hash.hpp"
#include "hpnas/graph/network.hpp"
#include "hpnas/op/activate.hpp"
#include "hpnas/op/add.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/global_average_pool.hpp"
#include "hpnas/op/linear.hpp"

namespace hpnas {
namespace {

/// conv 3x3 (3 -> 4) | block: conv 1x1 (4 -> 4), batch norm, add | pool, linear (4 -> 10).
Network small(const std::string& prefix = "", std::int64_t kernel = 1) {
    NetworkBuilder builder;
    const NodeId image = builder.input("image", {8, 8, 3});
    const NodeId stem = builder.add(prefix + "stem", make_conv2d({.out = 4, .kernel = 3}), image);
    builder.push_scope(prefix + "stage");
    builder.begin_block("residual");
    const NodeId conv = builder.add("conv", make_conv2d({.out = 4, .kernel = kernel}), stem);
    const NodeId norm = builder.add("norm", make_batch_norm(), conv);
    const NodeId sum = builder.add("sum", make_add(), {norm, stem});
    builder.end_block();
    builder.pop_scope();
    const NodeId mean = builder.add("pool", make_global_average_pool(), sum);
    return std::move(builder).finish({builder.add("fc", make_linear({.out = 10}), mean)});
}

TEST(Network, CostIsThatOfTheHandCalculation) {
    const Cost cost = small().cost();
    EXPECT_EQ(cost.parameters, 3 * 9 * 4 + 4 * 4 + 2 * 4 + 4 * 10 + 10);
    EXPECT_EQ(cost.macs, 64 * (3 * 9 * 4 + 4 * 4) + 40);
    // four images of 8 x 8 x 4, a vector of 4 and one of 10
    EXPECT_EQ(cost.activation_bytes, 4 * (4 * 256 + 4 + 10));
    // at the norm and at the sum: stem, the operand and the result
    EXPECT_EQ(cost.peak_bytes, 4 * 3 * 256);
}

TEST(Network, CostOfABlockCountsItsNodesOnly) {
    const Network network = small();
    ASSERT_EQ(network.blocks().size(), 1U);
    const Cost cost = network.cost(network.blocks()[0]);
    EXPECT_EQ(cost.parameters, 4 * 4 + 2 * 4);
    EXPECT_EQ(cost.macs, 64 * 16);
    EXPECT_EQ(cost.activation_bytes, 4 * 3 * 256);
    EXPECT_EQ(cost.peak_bytes, 4 * 3 * 256);
}

TEST(Network, AnExtractedBlockIsANetworkOfEqualCost) {
    const Network network = small();
    const Network part = network.extract(network.blocks()[0]);
    EXPECT_EQ(part.nodes().size(), 4U);
    EXPECT_EQ(part.node(part.inputs()[0]).shape, (Shape{8, 8, 4}));
    EXPECT_EQ(network.input_shape(network.blocks()[0]), (Shape{8, 8, 4}));
    EXPECT_EQ(part.node(part.outputs()[0]).name, "stage.sum");
    EXPECT_EQ(part.node(part.outputs()[0]).inputs, (std::vector<NodeId>{2, 0}));
    EXPECT_EQ(part.cost().parameters, network.cost(network.blocks()[0]).parameters);
    EXPECT_EQ(part.cost().macs, network.cost(network.blocks()[0]).macs);
    EXPECT_EQ(part.blocks()[0].key, "residual");
}

TEST(Network, ABlockOfTwoInputsIsExtractedWithBoth) {
    NetworkBuilder builder;
    const NodeId a = builder.input("a", {4, 2});
    const NodeId b = builder.input("b", {4, 2});
    builder.push_scope("block");
    builder.begin_block("two");
    const NodeId relu = builder.add("relu", make_relu(), b);
    const NodeId sum = builder.add("sum", make_add(), {a, relu});
    const NodeId again = builder.add("again", make_add(), {sum, b});
    builder.end_block();
    const Network network = std::move(builder).finish({again});
    const Network part = network.extract(network.blocks()[0]);
    ASSERT_EQ(part.inputs().size(), 2U);  // b, which is read first, and a
    EXPECT_EQ(part.node(2).inputs, (std::vector<NodeId>{0}));
    EXPECT_EQ(part.node(3).inputs, (std::vector<NodeId>{1, 2}));
    EXPECT_EQ(part.node(4).inputs, (std::vector<NodeId>{3, 0}));
    EXPECT_EQ(part.outputs()[0], 4);
    EXPECT_EQ(part.blocks()[0].first, 2);
    EXPECT_EQ(part.extract(part.blocks()[0]).hash(), part.hash());
}

TEST(Network, ABlockThatReadsNothingHasNoInput) {
    NetworkBuilder builder;
    const NodeId a = builder.input("a", {4});
    const NodeId relu = builder.add("relu", make_relu(), a);
    const Network network = std::move(builder).finish({relu});
    EXPECT_THROW(network.input_shape({"whole", "key", 0, 1}), InternalError);
}

TEST(Network, HashIgnoresNamesAndSeesStructure) {
    EXPECT_EQ(small().hash(), small("other").hash());
    EXPECT_NE(small().hash(), small("", 3).hash());
    const Network network = small();
    EXPECT_NE(network.hash(), network.extract(network.blocks()[0]).hash());
}

TEST(Network, HashIsStableAcrossRunsAndVersions) {
    // Stored in result files: this number may only change together with the file format.
    NetworkBuilder builder;
    const NodeId x = builder.input("x", {4});
    const Network network = std::move(builder).finish({builder.add("f", make_relu(), x)});
    EXPECT_EQ(network.hash(), hash64("input[4];relu{}[4],0;>1"));
}

TEST(Network, HashSeesWhichInputComesFirst) {
    const auto build = [](bool swapped) {
        NetworkBuilder builder;
        const NodeId x = builder.input("x", {4});
        const NodeId y = builder.add("y", make_relu(), x);
        const auto inputs = swapped ? std::vector{y, x} : std::vector{x, y};
        return std::move(builder).finish({builder.add("sum", make_add(), inputs)});
    };
    EXPECT_NE(build(false).hash(), build(true).hash());
}

}  // namespace
}  // namespace hpnas
