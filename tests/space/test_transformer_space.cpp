#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/search/encoding.hpp"
#include "hpnas/space/transformer_space.hpp"
#include "space/make_space.hpp"

namespace hpnas::test {
namespace {

/// Decodes values in slot order, e.g. "11,8,1824,736,gelu,post".
Network network_of(const SearchSpace& space, const std::string& values) {
    return space.decode(space.parse("v:" + values));
}

std::vector<std::string> encoder_keys(const Network& network) {
    std::vector<std::string> result;
    for (const Block& block : network.blocks())
        if (block.key.starts_with("encoder")) result.push_back(block.key);
    return result;
}

TEST(TransformerSpace, DefaultsAreTheRangesOfDeNas) {
    // Half of bert-base-uncased's sizes up to, but without, the sizes: 12 layers, 12 heads, 768.
    const auto space = make_space("transformer");
    std::vector<std::string> names;
    for (const Decision& d : space->decisions()) names.push_back(d.name);
    EXPECT_EQ(names, (std::vector<std::string>{"layers", "heads", "ffn", "hidden", "activation", "norm"}));
    EXPECT_EQ(space->decisions()[0].values, (std::vector<double>{6, 7, 8, 9, 10, 11}));
    EXPECT_EQ(space->decisions()[1].values, (std::vector<double>{6, 7, 8, 9, 10, 11}));
    EXPECT_EQ(space->decisions()[3].values.size(), 24U);
    EXPECT_EQ(space->decisions()[3].values.back(), 752);
}

TEST(TransformerSpace, CountsAreThoseOfBertBase) {
    // BERT without segment embeddings and pooler: 109,482,240 - 2 * 768 - 768 * 769.
    const auto space = make_space("{name: transformer, layers: 12, heads: 12, hidden: 768, sequence: 512, head: none}");
    const Network network = space->decode(Encoding(6, 0));
    EXPECT_EQ(network.cost().parameters, 109'482'240 - 2 * 768 - 768 * 769);
    EXPECT_EQ(network.node(network.outputs()[0]).shape, (Shape{512, 768}));
    EXPECT_EQ(encoder_keys(network)[0], "encoder post qkv=768 heads=12 ffn=3072 act=gelu mask");
}

TEST(TransformerSpace, HiddenIsRoundedDownToAMultipleOfHeads) {
    const auto space = make_space("transformer");
    EXPECT_EQ(encoder_keys(network_of(*space, "6,7,3072,400,gelu,post"))[0],
              "encoder post qkv=399 heads=7 ffn=3072 act=gelu mask");
}

TEST(TransformerSpace, WidthsThatAreRoundedToTheSameAreOne) {
    const auto space = make_space("{name: transformer, hidden: [31, 32, 34, 48], heads: [4, 16], layers: 1}");
    const auto canonical = [&](const std::string& values) { return space->canonical(space->parse("v:" + values)); };
    EXPECT_EQ(canonical("1,16,3072,34,gelu,post"), canonical("1,16,3072,32,gelu,post"));
    EXPECT_EQ(canonical("1,4,3072,34,gelu,post"), canonical("1,4,3072,32,gelu,post"));
    EXPECT_NE(canonical("1,4,3072,31,gelu,post"), canonical("1,4,3072,32,gelu,post"));
    const auto ratios = make_space("{name: transformer, hidden: 4, heads: 1, layers: 1, ffn_ratio: [3, 3.25, 3.4]}");
    EXPECT_EQ(ratios->canonical({0, 0, 2, 0, 0, 0}), (Encoding{0, 0, 1, 0, 0, 0}));  // 13.6 and 13
}

TEST(TransformerSpace, HeadsMayHaveASizeOfTheirOwn) {
    const auto space = make_space("{name: transformer, head_size: 64, hidden: [100, 104]}");
    EXPECT_EQ(encoder_keys(network_of(*space, "6,11,3072,100,gelu,post"))[0],
              "encoder post qkv=704 heads=11 ffn=3072 act=gelu mask");
}

TEST(TransformerSpace, LayersMayDiffer) {
    const auto space = make_space(
        "{name: transformer, per_layer: true, layers: [1, 2, 3], heads: [2, 3], ffn_ratio: [1, 4], hidden: [64, 100],"
        " activation: [relu, gelu], norm: [post, pre]}");
    EXPECT_EQ(space->decisions()[4].name, "layer0.ffn");
    EXPECT_EQ(space->decisions().size(), 1U + 3 + 3 + 3);
    EXPECT_EQ(encoder_keys(network_of(*space, "2,2,3,-,1,4,-,100,relu,pre")),
              (std::vector<std::string>{"encoder pre qkv=100 heads=2 ffn=100 act=relu mask",
                                        "encoder pre qkv=99 heads=3 ffn=400 act=relu mask"}));
    EXPECT_EQ(space->format_values(space->parse("v:2,2,3,-,1,4,-,100,relu,pre")), "v:2,2,3,-,1,4,-,100,relu,pre");
}

TEST(TransformerSpace, InputsHeadsAndNormsFollowTheOptions) {
    const auto shapes = [](const std::string& options, const TaskShape& task = {.classes = 10}) {
        const auto space =
            make_space("{name: transformer, layers: 1, heads: 2, hidden: 8, ffn: 16, " + options + "}", task);
        const Network network = space->decode(Encoding(6, 0));
        return std::vector<Shape>{network.node(network.inputs()[0]).shape, network.node(network.outputs()[0]).shape};
    };
    EXPECT_EQ(shapes("sequence: 9"), (std::vector<Shape>{{9}, {10}}));
    EXPECT_EQ(shapes("sequence: 9, pool: first"), (std::vector<Shape>{{9}, {10}}));
    EXPECT_EQ(shapes("head: tokens, norm: [pre]", {.classes = 3, .sequence = 5}), (std::vector<Shape>{{5}, {5, 3}}));
    EXPECT_EQ(shapes("input: features, features: 6, sequence: 9, head: none, positions: none"),
              (std::vector<Shape>{{9, 6}, {9, 8}}));
}

TEST(TransformerSpace, DropPathGrowsWithDepth) {
    const auto space =
        make_space("{name: transformer, layers: 3, heads: 2, hidden: 8, ffn: 16, drop_path: 0.2, dropout: 0}");
    std::vector<std::string> found;
    const Network network = space->decode(Encoding(6, 0));
    for (const Node& node : network.nodes())
        if (node.op != nullptr && node.op->type() == "drop_path") found.push_back(node.name + signature(*node.op));
    EXPECT_EQ(found, (std::vector<std::string>{"layers.1.drop_path1drop_path{rate: 0.1, residual: false}",
                                               "layers.1.drop_path2drop_path{rate: 0.1, residual: false}",
                                               "layers.2.drop_path1drop_path{rate: 0.2, residual: false}",
                                               "layers.2.drop_path2drop_path{rate: 0.2, residual: false}"}));
}

TEST(TransformerSpace, StructuresOfDeNasAreRead) {
    const auto space = make_space("transformer");
    const auto parse = [&](const std::string& json) { return space->format_values(space->parse(json)); };
    EXPECT_EQ(parse(R"({"num_hidden_layers": 11, "num_attention_heads": 10, "hidden_size": 640})"),
              "v:11,10,3072,640,gelu,post");
    // 726 is 736 rounded down to a multiple of 11.
    EXPECT_EQ(parse(R"({"hidden_size": 726, "num_attention_heads": 11, "intermediate_size": 3072})"),
              "v:6,11,3072,736,gelu,post");
    EXPECT_THROW(space->parse(R"({"num_hidden_layers": 12})"), EncodingError);
    EXPECT_THROW(space->parse(R"({"hidden_size": 725})"), EncodingError);
    EXPECT_THROW(space->parse(R"({"num_hidden_layers": "many"})"), EncodingError);
    EXPECT_THROW(space->parse(R"({"vocab_size": 5})"), EncodingError);
    EXPECT_THROW(space->parse(R"({"num_hidden_layers": )"), EncodingError);
    EXPECT_THROW(make_space("{name: transformer, per_layer: true}")->parse(R"({"num_hidden_layers": 11})"),
                 EncodingError);
}

TEST(TransformerSpace, ImpossibleOptionsAreExplained) {
    const auto message = [](const std::string& options) {
        try {
            make_space("{name: transformer, " + options + "}");
        } catch (const ConfigError& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_EQ(message("hidden: [4, 64]"),
              "run.yaml:1: space: space transformer: expected at most as many heads as hidden is wide, got 11 and 4");
    EXPECT_EQ(message("norm: [both]"), "run.yaml:1: space: space transformer: norm: unknown name 'both'");
    EXPECT_EQ(message("activation: [gelu, gelu]"),
              "run.yaml:1: space: space transformer: activation: 'gelu' is there twice");
    EXPECT_NE(message("layers: [0]").find("layers"), std::string::npos);
}

}  // namespace
}  // namespace hpnas::test
