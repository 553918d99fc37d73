#include <gtest/gtest.h>

#include "hpnas/op/attention.hpp"
#include "hpnas/op/concat.hpp"
#include "hpnas/op/dropout.hpp"
#include "hpnas/op/dynamic_convolution.hpp"
#include "hpnas/op/fourier_mixing.hpp"
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

TEST(AttentionLayers, OtherMixingOfTokensIsAttention) {
    NetworkBuilder b;
    const NodeId x = b.input("x", {5, 4});
    const NodeId query = b.add("query", make_linear({.out = 4}), x);
    const NodeId weighted = b.add("weighted", make_linear({.out = 4}), query);
    const NodeId keys = b.add("keys", make_linear({.out = 8}), x);
    const NodeId attention = b.add("attention", make_attention({.memory = true}), {weighted, keys});
    const NodeId values = b.add("values", make_linear({.out = 4}), x), kernels = b.add("k", make_linear({.out = 3}), x);
    const NodeId dynamic = b.add("dynamic", make_dynamic_convolution({.kernel = 3}), {values, kernels});
    const NodeId projection = b.add("proj", make_linear({.out = 4}), b.add("cat", make_concat(), {attention, dynamic}));
    const NodeId fc = b.add("fc", make_linear({.out = 4}), b.add("act", make_relu(), projection));
    const NodeId behind = b.add("behind", make_linear({.out = 4}), b.add("mix", make_fourier_mixing(), fc));
    const Network network = std::move(b).finish({behind});
    const AttentionLayers layers(network);
    for (const NodeId id : {query, weighted, keys, values, kernels, projection, fc, behind})
        EXPECT_TRUE(layers.in_attention(id)) << network.node(id).name;
    EXPECT_TRUE(layers.in_mlp(fc));
}

}  // namespace
}  // namespace hpnas
