#include "hpnas/graph/token_selection.hpp"

#include <gtest/gtest.h>

#include "hpnas/graph/passes.hpp"
#include "hpnas/op/activate.hpp"
#include "hpnas/op/add.hpp"
#include "hpnas/op/attention.hpp"
#include "hpnas/op/drop_path.hpp"
#include "hpnas/op/layer_norm.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/op/select_token.hpp"

namespace hpnas {
namespace {

/// "name: inputs" of every node.
std::vector<std::string> lines(const Network& network) {
    std::vector<std::string> result;
    for (const Node& node : network.nodes()) {
        std::string line = node.name + ":";
        for (const NodeId input : node.inputs) line += " " + network.node(input).name;
        result.push_back(line);
    }
    return result;
}

Network selected_early(const Network& network) {
    NetworkEditor editor(network);
    select_tokens_early(editor);
    return std::move(editor).finish();
}

/// A block of an encoder without its hidden layer, a norm, a token, a classifier.
Network encoder(int readers_of_the_norm = 1) {
    NetworkBuilder b;
    const NodeId x = b.input("x", {5, 8});
    NodeId y = b.add("qkv", make_linear({.out = 24}), x);
    y = b.add("attention", make_attention({.heads = 2}), y);
    y = b.add("drop", make_drop_path({0.5}), b.add("project", make_linear({.out = 8}), y));
    y = b.add("norm", make_layer_norm(), b.add("sum", make_add(), {y, x}));
    const NodeId head = b.add("head", make_linear({.out = 3}), b.add("token", make_select_token({.index = 2}), y));
    if (readers_of_the_norm == 1) return std::move(b).finish({head});
    return std::move(b).finish({head, b.add("other", make_gelu(), y)});
}

TEST(SelectTokensEarly, StopsAtAttentionAndAtValuesReadElsewhere) {
    const Network result = selected_early(encoder());
    EXPECT_EQ(lines(result), (std::vector<std::string>{"x:", "token.x: x", "qkv: x", "attention: qkv",
                                                       "token.attention: attention", "project: token.attention",
                                                       "drop: project", "sum: drop token.x", "norm: sum", "head: norm"}));
    for (const NodeId id : {1, 4, 5, 6, 7, 8}) EXPECT_EQ(result.node(id).shape, (Shape{8})) << result.node(id).name;
    EXPECT_EQ(result.node(3).shape, (Shape{5, 8}));
    EXPECT_EQ(result.outputs()[0], 9);
}

TEST(SelectTokensEarly, IsIdempotent) {
    EXPECT_EQ(lines(selected_early(selected_early(encoder()))), lines(selected_early(encoder())));
}

TEST(SelectTokensEarly, ATokenOfAValueThatOthersReadStays) {
    EXPECT_EQ(lines(selected_early(encoder(2))), lines(encoder(2)));
}

TEST(SelectTokensEarly, AnAdditionOfOneValueTwiceSelectsOnce) {
    NetworkBuilder b;
    const NodeId x = b.input("x", {5, 8});
    const NodeId sum = b.add("sum", make_add(), {x, x});
    const Network network = std::move(b).finish({b.add("token", make_select_token(), sum)});
    EXPECT_EQ(lines(selected_early(network)), (std::vector<std::string>{"x:", "token.x: x", "sum: token.x token.x"}));
    EXPECT_EQ(selected_early(network).outputs()[0], 2);
}

TEST(SelectTokensEarly, ANormOverAllTokensStays) {
    NetworkBuilder b;
    const NodeId norm = b.add("norm", make_layer_norm({.axes = 2}), b.input("x", {5, 8}));
    const Network network = std::move(b).finish({b.add("token", make_select_token(), norm)});
    EXPECT_EQ(lines(selected_early(network)), lines(network));
}

TEST(SelectTokensEarly, TwoTokensOfOneValueStay) {
    NetworkBuilder b;
    const NodeId y = b.add("linear", make_linear({.out = 8}), b.input("x", {5, 8}));
    const NodeId first = b.add("first", make_select_token({.index = 0}), y);
    const Network network = std::move(b).finish({first, b.add("second", make_select_token({.index = 1}), y)});
    EXPECT_EQ(lines(selected_early(network)), lines(network));
}

TEST(SelectTokensEarly, DeployedNetworksFuseWhatIsLeft) {
    EXPECT_EQ(lines(fold_for_inference(encoder())),
              (std::vector<std::string>{"x:", "token.x: x", "qkv: x", "attention: qkv", "token.attention: attention",
                                        "project: token.attention token.x", "norm: project", "head: norm"}));
}

}  // namespace
}  // namespace hpnas
