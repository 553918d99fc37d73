#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/space/bert_space.hpp"
#include "space/make_space.hpp"
#include "space/segmentation_check.hpp"

namespace hpnas::test {
namespace {

std::int64_t parameters(const SearchSpace& space, const std::string& arch) {
    return space.decode(space.parse(arch)).cost().parameters;
}

// Golden values: parameters that DE-NAS logged (the last: bert-base-uncased), which leave the task's head out.
TEST(BertSpace, LoggedArchitecturesHaveTheirParameters) {
    const auto space = make_space("{name: bert, head: none}");
    const std::vector<std::pair<std::string, std::int64_t>> logged{
        {"(6,8,512,752,2816)", 58'612'176},   {"(11,10,640,720,992)", 58'934'512}, {"(12,11,704,656,1248)", 62'695'536},
        {"(10,12,768,640,1376)", 57'623'360}, {"(8,10,640,720,2720)", 69'018'160}, {"(12,12,768,544,2976)", 76'192'352},
        {"(11,11,704,768,2688)", 93'737'280}, {"(12,11,704,656,864)", 56'645'232}, {"(11,11,704,736,1824)", 75'810'816},
        {"(12,12,768,768,3072)", 109'482'240}};
    for (const auto& [arch, expected] : logged) {
        EXPECT_EQ(parameters(*space, arch), expected) << arch;
        EXPECT_EQ(space->format(space->parse(arch)), arch);
    }
}

TEST(BertSpace, HeadsEndTheNetwork) {
    const std::string arch = "(4,8,512,128,128)";
    const std::int64_t pooler = 128 * 128 + 128;
    const auto none = make_space("{name: bert, head: none}"), span = make_space("{name: bert, head: span}"),
               classify = make_space("bert", {.classes = 5});
    const std::int64_t bare = parameters(*none, arch);
    EXPECT_EQ(parameters(*span, arch), bare - pooler + 2 * 128 + 2);
    EXPECT_EQ(parameters(*classify, arch), bare + 5 * 128 + 5);
    const auto outputs = [&](const SearchSpace& space) {
        const Network network = space.decode(space.parse(arch));
        std::vector<Shape> shapes;
        for (const NodeId id : network.outputs()) shapes.push_back(network.node(id).shape);
        return shapes;
    };
    EXPECT_EQ(outputs(*none), (std::vector<Shape>{{128, 128}, {128}}));
    EXPECT_EQ(outputs(*span), (std::vector<Shape>{{128, 2}}));
    EXPECT_EQ(outputs(*classify), (std::vector<Shape>{{5}}));
}

TEST(BertSpace, TheTaskShapesTheInputs) {
    const auto space = make_space("{name: bert, types: 3}", {.classes = 2, .sequence = 40, .vocabulary = 99});
    const Network network = space->decode(space->parse("(4,8,512,144,160)"));
    ASSERT_EQ(network.inputs().size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(network.node(network.inputs()[i]).shape, (Shape{40}));
    EXPECT_EQ(network.node(network.inputs()[0]).name, "tokens");
    EXPECT_EQ(network.node(network.inputs()[1]).name, "segments");
    const Block& embeddings = network.blocks()[1];
    EXPECT_EQ(embeddings.name, "embeddings");
    EXPECT_EQ(network.cost(embeddings).parameters, (99 + 512 + 3 + 2) * 144);
}

TEST(BertSpace, AttentionSeesTheMask) {
    const auto space = make_space("bert");
    const Network network = space->decode(space->parse("(5,8,512,128,128)"));
    int n_masked = 0;
    for (NodeId id = 0; id < static_cast<NodeId>(network.nodes().size()); ++id) {
        const Node& node = network.node(id);
        if (node.op == nullptr || node.op->type() != "attention") continue;
        ASSERT_EQ(node.inputs.size(), 2U);
        n_masked += network.node(node.inputs[1]).name == "mask.token_mask" ? 1 : 0;
    }
    EXPECT_EQ(n_masked, 5);
}

TEST(BertSpace, MutationResamplesAsDeNasDoes) {
    const auto space = make_space("bert");
    Rng rng(1, Purpose::test);
    const Encoding x = space->parse("(8,10,640,448,1024)");
    EXPECT_EQ(space->mutate(x, {.gene = 0, .structure = 0}, rng), x);
    int n_depth = 0, n_kept = 0;
    for (int i = 0; i < 2000; ++i) {
        const Encoding heads = space->mutate(x, {.gene = 1, .structure = 0}, rng);
        EXPECT_EQ(heads[0], x[0]);
        EXPECT_EQ(heads[2], x[2]);
        const Encoding y = space->mutate(x, {}, rng);
        n_depth += y[0] != x[0] ? 1 : 0;
        n_kept += y[2] == x[2] && y[3] == x[3] ? 1 : 0;
    }
    // Depth changes only with everything: 0.4 * 8/9; hidden and ffn both stay with about 0.6^3. Four standard errors.
    EXPECT_NEAR(n_depth / 2000.0, 0.4 * 8 / 9, 0.043);
    EXPECT_NEAR(n_kept / 2000.0, 0.216, 0.037);
}

TEST(BertSpace, MistakesAreExplained) {
    const auto space = make_space("bert");
    const auto message = [&](const std::string& arch) {
        try {
            space->parse(arch);
        } catch (const EncodingError& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_EQ(message("(4,8,500,128,128)"), "space bert: expected qkv = 512 for 8 heads, got 500");
    for (const char* arch : {"(4,8,512,128)", "(4,8,512,128,128,1)", "(", "(a,8,512,1,1)"})
        EXPECT_EQ(message(arch).substr(0, 20), "space bert: expected") << arch;
    EXPECT_NE(message("(4,8,512,130,128)"), "");
    EXPECT_THROW(make_space("bert", {.sequence = 513}), ConfigError);
    EXPECT_THROW(make_space("{name: bert, ffn: [128, 0]}"), ConfigError);
    EXPECT_THROW(make_space("{name: bert, ffn: [128, 64]}"), ConfigError);
    EXPECT_THROW(make_space("{name: bert, head: crf}"), ConfigError);
}

TEST(BertSpace, ChainsAreTheDecodedNetworks) {
    for (const char* head : {"classify", "span"})
        expect_same_chain(
            *make_space(std::string("{name: bert, dropout: 0, hidden: {from: 128, to: 192, step: 16}, ffn: [128, 256], "
                                    "head: ") +
                        head + "}"),
            10);
    EXPECT_FALSE(make_space("{name: bert, head: none}")->segmentation());
    // Mask; embeddings and ends by width; layers by width, heads and ffn.
    EXPECT_EQ(make_space("bert")->segmentation()->blocks.size(), 1U + 41 + 41 * 5 * 93 + 41);
}

}  // namespace
}  // namespace hpnas::test
