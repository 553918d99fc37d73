#include <gtest/gtest.h>

#include "hpnas/op/attention.hpp"
#include "hpnas/op/dropout.hpp"
#include "hpnas/score/attention_layers.hpp"
#include "score/data_free_network.hpp"

namespace hpnas {
namespace {

TEST(AttentionLayers, ToldFromTheirNeighbours) {
    NetworkBuilder b;
    const NodeId qkv = b.add("qkv", make_linear({.out = 12}), b.input("x", {5, 4}));
    const NodeId attention = b.add("attention", make_attention({.heads = 2}), qkv);
    const NodeId projection = b.add("proj", make_linear({.out = 4}), b.add("drop", make_dropout({}), attention));
    const NodeId fc1 = b.add("fc1", make_linear({.out = 8}), projection);
    const NodeId fc2 = b.add("fc2", make_linear({.out = 4}), b.add("act", make_relu(), fc1));
    const NodeId head = b.add("head", make_linear({.out = 4}), fc2);
    const Network network = std::move(b).finish({head});
    const AttentionLayers layers(network);
    EXPECT_TRUE(layers.any());
    for (const NodeId id : {qkv, projection}) EXPECT_TRUE(layers.in_attention(id) && !layers.in_mlp(id));
    for (const NodeId id : {fc1, fc2}) EXPECT_TRUE(layers.in_mlp(id) && !layers.in_attention(id));
    EXPECT_FALSE(layers.in_mlp(head) || layers.in_attention(head));
    EXPECT_FALSE(AttentionLayers(test::data_free_network()).any());
}

}  // namespace
}  // namespace hpnas
