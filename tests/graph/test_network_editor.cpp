#include "hpnas/graph/network_editor.hpp"

#include <gtest/gtest.h>

#include "hpnas/op/activate.hpp"
#include "hpnas/op/add.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "hpnas/op/select_token.hpp"

namespace hpnas {
namespace {

enum : NodeId { x, first, second, sum };

/// x -> first -> second; sum of second and first.
Network diamond() {
    NetworkBuilder b;
    const NodeId input = b.input("x", {4});
    const NodeId one = b.add("first", make_batch_norm(), input);
    const NodeId two = b.add("second", make_swish(), one);
    return std::move(b).finish({b.add("sum", make_add(), {two, one})});
}

TEST(NetworkEditor, CountsReadersAndNeverMergesInputsOrOutputs) {
    const NetworkEditor editor(diamond());
    EXPECT_FALSE(editor.only_read_once(x));
    EXPECT_FALSE(editor.only_read_once(first));
    EXPECT_TRUE(editor.only_read_once(second));
    EXPECT_FALSE(editor.only_read_once(sum));
    EXPECT_NE(editor.as<BatchNorm>(first), nullptr);
    EXPECT_EQ(editor.as<BatchNorm>(second), nullptr);
    EXPECT_EQ(editor.as<Add>(x), nullptr);
}

TEST(NetworkEditor, BypassMovesTheReadersToTheInput) {
    NetworkEditor editor(diamond());
    editor.bypass(second);
    EXPECT_FALSE(editor.alive(second));
    EXPECT_EQ(editor.source(sum, 0), first);
    EXPECT_FALSE(editor.only_read_once(first));  // by the sum, twice
    const Network network = std::move(editor).finish();
    EXPECT_EQ(network.nodes().size(), 3U);
    EXPECT_EQ(network.node(2).inputs, (std::vector<NodeId>{1, 1}));
    EXPECT_EQ(network.outputs()[0], 2);
}

TEST(NetworkEditor, BypassOfAnOutputMakesItsInputTheOutput) {
    NetworkBuilder b;
    const NodeId norm = b.add("norm", make_batch_norm(), b.input("x", {4}));
    NetworkEditor editor(std::move(b).finish({b.add("act", make_relu(), norm)}));
    editor.bypass(2);
    EXPECT_FALSE(editor.only_read_once(1));
    const Network network = std::move(editor).finish();
    EXPECT_EQ(network.outputs()[0], 1);
    EXPECT_EQ(network.nodes().size(), 2U);
}

TEST(NetworkEditor, MergeKeepsThePlaceOfTheReaderAndTheNameOfThePart) {
    NetworkEditor editor(diamond());
    editor.merge(second, sum, make_batch_norm({.residual = true}), {first, first});
    EXPECT_FALSE(editor.alive(second));
    const Network network = std::move(editor).finish();
    ASSERT_EQ(network.nodes().size(), 3U);
    EXPECT_EQ(network.node(2).name, "second");
    EXPECT_EQ(network.node(2).op->type(), "batch_norm");
    EXPECT_EQ(network.node(2).inputs, (std::vector<NodeId>{1, 1}));
}

TEST(NetworkEditor, AppendedNodesStandBehindWhatTheyRead) {
    NetworkBuilder b;
    const NodeId input = b.input("x", {2, 4});
    const NodeId one = b.add("first", make_swish(), input);
    NetworkEditor editor(std::move(b).finish({b.add("second", make_relu(), one)}));
    const NodeId token = editor.append("token", make_select_token(), 1);
    const NodeId again = editor.append("again", make_gelu(), token);
    editor.rewire(2, {again});
    EXPECT_EQ(editor.readers(1), 1);
    EXPECT_EQ(editor.readers(again), 1);
    const Network network = std::move(editor).finish();
    ASSERT_EQ(network.nodes().size(), 5U);
    EXPECT_EQ(network.node(2).name, "token");
    EXPECT_EQ(network.node(3).name, "again");
    EXPECT_EQ(network.node(4).inputs, (std::vector<NodeId>{3}));
    EXPECT_EQ(network.node(4).shape, (Shape{4}));
    EXPECT_EQ(network.outputs()[0], 4);
}

}  // namespace
}  // namespace hpnas
