#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/space/transformer_block.hpp"

namespace hpnas::test {
namespace {

const TransformerBlock block{.qkv = 128, .heads = 2, .ffn = 300};

/// The layer alone, reading a sequence and, if asked to, a mask.
Network encoder(const TransformerBlock& b, bool mask = false) {
    NetworkBuilder builder;
    const NodeId input = builder.input("input", {10, 96});
    std::optional<NodeId> seen;
    if (mask) seen = builder.input("mask", {10});
    builder.push_scope("layers.0");
    const NodeId output = append_encoder_block(builder, input, b, seen);
    return std::move(builder).finish({output});
}

std::vector<std::string> node_names(const Network& network) {
    std::vector<std::string> result;
    for (const Node& node : network.nodes())
        if (node.op != nullptr) result.push_back(node.name.substr(node.name.rfind('.') + 1));
    return result;
}

using Names = std::vector<std::string>;

TEST(TransformerBlock, NodesOfAPreNormEncoder) {
    EXPECT_EQ(node_names(encoder(block)),
              (Names{"norm1", "qkv", "attention", "proj", "add1", "norm2", "fc1", "act", "fc2", "add2"}));
}

TEST(TransformerBlock, NodesOfAPostNormEncoderWithEveryRate) {
    TransformerBlock b = block;
    b.pre_norm = false;
    b.dropout = b.inner_dropout = b.drop_path = 0.1;
    EXPECT_EQ(node_names(encoder(b)),
              (Names{"qkv", "attention", "proj", "dropout1", "drop_path1", "add1", "norm1", "fc1", "act",
                     "inner_dropout", "fc2", "dropout2", "drop_path2", "add2", "norm2"}));
}

TEST(TransformerBlock, CostOfAnEncoderIsTheClosedForm) {
    // E = 96, q = 128, f = 300, L = 10: norms 4 E, qkv 3 q E + 3 q, proj q E + E, feed-forward 2 E f + f + E.
    const Network network = encoder(block);
    EXPECT_EQ(network.cost().parameters, 4 * 96 + 3 * 128 * 97 + 128 * 96 + 96 + 2 * 96 * 300 + 300 + 96);
    EXPECT_EQ(network.cost().macs, 10 * (3 * 128 * 96 + 128 * 96 + 2 * 96 * 300) + 2 * 10 * 10 * 128);
    EXPECT_EQ(network.node(network.outputs()[0]).shape, (Shape{10, 96}));
}

TEST(TransformerBlock, AnEncoderIsABlockOfTheLatencyTable) {
    const Network network = encoder(block, true);
    ASSERT_EQ(network.blocks().size(), 1U);
    EXPECT_EQ(network.blocks()[0].name, "layers.0");
    EXPECT_EQ(network.blocks()[0].key, "encoder pre qkv=128 heads=2 ffn=300 act=gelu mask");
    EXPECT_EQ(network.input_shape(network.blocks()[0]), (Shape{10, 96}));
    EXPECT_EQ(network.extract(network.blocks()[0]).inputs().size(), 2U);
    EXPECT_EQ(network.extract(network.blocks()[0]).hash(), network.hash());
}

TEST(TransformerBlock, KeysSayWhatChangesInference) {
    TransformerBlock b = block;
    b.dropout = b.inner_dropout = b.drop_path = 0.5;
    EXPECT_EQ(encoder_key(b, false), encoder_key(block, false));
    b.pre_norm = false;
    b.epsilon = 1e-6;
    b.causal = true;
    b.max_distance = 14;
    b.activation = Activation::relu;
    EXPECT_EQ(encoder_key(b, false), "encoder post qkv=128 heads=2 ffn=300 act=relu eps=1e-06 causal max_distance=14");
    EXPECT_EQ(decoder_key(block, {50, 96}, false), "decoder pre qkv=128 heads=2 ffn=300 act=gelu memory=50x96");
}

TEST(TransformerBlock, ADecoderReadsTheMemory) {
    NetworkBuilder builder;
    const NodeId input = builder.input("input", {7, 96}), memory = builder.input("memory", {25, 64}),
                 mask = builder.input("mask", {25});
    builder.push_scope("layers.0");
    TransformerBlock b = block;
    b.causal = true;
    const NodeId output = append_decoder_block(builder, input, memory, b, mask);
    const Network network = std::move(builder).finish({output});
    EXPECT_EQ(node_names(network),
              (Names{"norm1", "qkv", "attention", "proj", "add1", "norm2", "q", "kv", "cross_attention", "cross_proj",
                     "add2", "norm3", "fc1", "act", "fc2", "add3"}));
    // As the encoder, a norm more, and q: q E + q, kv: 2 q 64 + 2 q, proj: q E + E.
    EXPECT_EQ(network.cost().parameters,
              encoder(block).cost().parameters + 2 * 96 + 128 * 97 + 2 * 128 * 65 + 128 * 96 + 96);
    EXPECT_EQ(network.node(output).shape, (Shape{7, 96}));
    ASSERT_EQ(network.blocks().size(), 1U);
    EXPECT_EQ(network.input_shape(network.blocks()[0]), (Shape{7, 96}));
    EXPECT_EQ(network.blocks()[0].key, "decoder pre qkv=128 heads=2 ffn=300 act=gelu causal memory=25x64 mask");
}

TEST(TransformerBlock, HeadsMustDivideTheirWidth) {
    TransformerBlock b = block;
    b.heads = 3;
    EXPECT_THROW(encoder(b), ShapeError);
    b.heads = 0;
    EXPECT_THROW(encoder(b), ShapeError);
}

TEST(TransformerBlock, InnerWidthsAreRoundedDown) {
    EXPECT_EQ(ffn_width(3.5, 216), 756);
    EXPECT_EQ(ffn_width(3.5, 81), 283);
    EXPECT_EQ(first_equal_ffn(std::vector<double>{3, 3.25, 3.4}, 2, 4), 1);  // 13.6 and 13
    EXPECT_EQ(first_equal_ffn(std::vector<double>{3, 3.25, 3.4}, 2, 40), 2);
}

}  // namespace
}  // namespace hpnas::test
