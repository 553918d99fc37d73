#include <gtest/gtest.h>

#include <filesystem>
#include <limits>
#include <numeric>

#include "hpnas/core/error.hpp"
#include "hpnas/export/pretrained_weights.hpp"
#include "hpnas/export/weights_file.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/global_average_pool.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/space/bert_space.hpp"
#include "hpnas/space/vit_space.hpp"

namespace hpnas {
namespace {

struct Sizes {
    std::int64_t layers = 2, heads = 3, hidden = 6, ffn = 8, head_size = 2, vocabulary = 7, positions = 5, classes = 3;
};

Network bert(const Sizes& s, const std::string& head = "classify") {
    BertOptions options;
    const auto only = [](std::int64_t n) { return choices("[" + std::to_string(n) + "]"); };
    options.layers = only(s.layers), options.heads = only(s.heads), options.hidden = only(s.hidden),
    options.ffn = only(s.ffn);
    options.head_size = s.head_size, options.positions = s.positions, options.head = head;
    return BertSpace(options, {.classes = s.classes, .sequence = 4, .vocabulary = s.vocabulary}).decode({0, 0, 0, 0});
}

Network convolution(std::int64_t width, std::int64_t kernel, bool norm = false) {
    NetworkBuilder builder;
    NodeId x =
        builder.add("conv", make_conv2d({.out = width, .kernel = kernel, .bias = true}), builder.input("x", {6, 6, 3}));
    if (norm) x = builder.add("norm", make_batch_norm(), x);
    return std::move(builder).finish({x});
}

/// A file in which every tensor counts its own values from 0.
class PretrainedWeightsTest : public testing::Test {
protected:
    void TearDown() override { std::filesystem::remove(path_); }
    void save(const Network& network, float first = 0) {
        Parameters parameters(network);
        for (const Parameters::Entry& entry : parameters.entries()) {
            const std::span<float> values = parameters.values(entry);
            std::iota(values.begin(), values.end(), first);
        }
        save_weights(path_, network, parameters);
    }
    /// The network's parameters, -1 where nothing is taken.
    Parameters sliced(const Network& network) {
        const PretrainedWeights weights(path_);
        Parameters parameters(network);
        std::ranges::fill(parameters.all(), -1.0F);
        WeightSlices(weights, network).copy_to(parameters);
        return parameters;
    }
    std::string message(const Network& network) {
        try {
            sliced(network);
        } catch (const StoreError& error) {
            EXPECT_EQ(error.exit_code(), ExitCode::data);
            return error.what();
        }
        return {};
    }
    static float at(const Parameters& parameters, const std::string& name, std::size_t i) {
        return parameters.values(*parameters.find(name))[i];
    }
    static std::size_t size(const Parameters& parameters, const std::string& name) {
        return parameters.values(*parameters.find(name)).size();
    }

    std::string path_ = testing::TempDir() + "hpnas_pretrained.h5";
};

TEST_F(PretrainedWeightsTest, ANetworkOfFullSizeTakesEveryValue) {
    const Network network = bert({});
    Parameters random(network);
    random.initialize(3);
    save_weights(path_, network, random);
    const Parameters read = sliced(network);
    for (const Parameters::Entry& entry : random.entries())
        EXPECT_TRUE(std::ranges::equal(read.values(entry), std::as_const(random).values(entry))) << entry.name;
    const PretrainedWeights weights(path_);
    const WeightSlices slices(weights, network);
    EXPECT_EQ(slices.size(), random.entries().size());
    EXPECT_TRUE(slices.fresh().empty());
}

TEST_F(PretrainedWeightsTest, SmallerNetworksTakeLeadingRowsAndColumns) {
    save(bert({}));
    const Parameters p =
        sliced(bert({.layers = 1, .heads = 2, .hidden = 4, .ffn = 3, .vocabulary = 5, .positions = 4}));
    ASSERT_EQ(size(p, "layers.0.fc1.weight"), 3U * 4U);
    EXPECT_EQ(at(p, "layers.0.fc1.weight", 2 * 4 + 3), 2 * 6 + 3);
    EXPECT_EQ(at(p, "layers.0.fc2.weight", 3 * 3 + 1), 3 * 8 + 1);
    EXPECT_EQ(at(p, "layers.0.fc1.bias", 2), 2);
    ASSERT_EQ(size(p, "layers.0.proj.weight"), 4U * 4U);
    EXPECT_EQ(at(p, "layers.0.proj.weight", 3 * 4 + 2), 3 * 6 + 2);
    ASSERT_EQ(size(p, "embeddings.word.weight"), 5U * 4U);
    EXPECT_EQ(at(p, "embeddings.word.weight", 4 * 4 + 1), 4 * 6 + 1);
    ASSERT_EQ(size(p, "embeddings.position.weight"), 4U * 4U);
    EXPECT_EQ(at(p, "embeddings.position.weight", 3 * 4), 3 * 6);
    EXPECT_EQ(at(p, "embeddings.type.weight", 4 + 3), 6 + 3);
    EXPECT_EQ(at(p, "embeddings.norm.weight", 3), 3);
    EXPECT_EQ(at(p, "head.pooler.weight", 2 * 4 + 3), 2 * 6 + 3);
}

/// Source: rows 0..5 are queries, 6..11 keys, 12..17 values, two rows per head, six columns.
TEST_F(PretrainedWeightsTest, QueriesKeysAndValuesKeepTheirFirstHeads) {
    save(bert({}));
    const Parameters p = sliced(bert({.heads = 2, .hidden = 4}));
    ASSERT_EQ(size(p, "layers.1.qkv.weight"), 12U * 4U);
    EXPECT_EQ(at(p, "layers.1.qkv.weight", 3 * 4 + 1), 3 * 6 + 1);    // last query
    EXPECT_EQ(at(p, "layers.1.qkv.weight", 4 * 4 + 1), 6 * 6 + 1);    // first key
    EXPECT_EQ(at(p, "layers.1.qkv.weight", 7 * 4 + 0), 9 * 6 + 0);    // last key
    EXPECT_EQ(at(p, "layers.1.qkv.weight", 8 * 4 + 2), 12 * 6 + 2);   // first value
    EXPECT_EQ(at(p, "layers.1.qkv.weight", 11 * 4 + 3), 15 * 6 + 3);  // last value
    const std::vector<float> bias{0, 1, 2, 3, 6, 7, 8, 9, 12, 13, 14, 15};
    for (std::size_t i = 0; i < bias.size(); ++i) EXPECT_EQ(at(p, "layers.1.qkv.bias", i), bias[i]);
}

TEST_F(PretrainedWeightsTest, WhatTheHeadLacksStartsAnew) {
    save(bert({}, "none"));  // has a pooler and no classifier
    const PretrainedWeights bare(path_);
    const Network network = bert({.hidden = 4});
    EXPECT_EQ(WeightSlices(bare, network).fresh(), (std::vector<std::string>{"head.fc.weight", "head.fc.bias"}));
    EXPECT_EQ(at(sliced(network), "head.fc.bias", 0), -1);
    EXPECT_EQ(at(sliced(network), "head.pooler.bias", 1), 1);
    EXPECT_EQ(WeightSlices(bare, bert({}, "span")).fresh().size(), 2U);

    save(bert({}));  // three classes
    const PretrainedWeights three(path_);
    EXPECT_TRUE(WeightSlices(three, network).fresh().empty());
    EXPECT_EQ(at(sliced(network), "head.fc.weight", 4), 6);
    EXPECT_EQ(WeightSlices(three, bert({.classes = 2})).fresh().size(), 2U);
    EXPECT_NE(summary(three, WeightSlices(three, bert({.classes = 2}))).find("new: head.fc.weight, head.fc.bias"),
              std::string::npos);
}

TEST_F(PretrainedWeightsTest, LargerNetworksAreRefusedWithNamesAndShapes) {
    save(bert({}));
    const auto expect = [&](const Sizes& sizes, const std::string& text) {
        EXPECT_NE(message(bert(sizes)).find(text), std::string::npos) << message(bert(sizes));
    };
    expect({.ffn = 9}, "layers.0.fc1/weight: [9, 6] is no slice of [8, 6]");
    expect({.heads = 4}, "layers.0.qkv/weight: [24, 6] is no slice of [18, 6]");
    expect({.layers = 3}, "layers.2.qkv/weight: missing, expected at least [18, 6]");
    expect({.vocabulary = 8}, "embeddings.word/weight: [8, 6] is no slice of [7, 6]");
    expect({.positions = 6}, "embeddings.position/weight: [6, 6] is no slice of [5, 6]");
    expect({.layers = 3, .hidden = 7, .ffn = 9}, "in all");
}

TEST_F(PretrainedWeightsTest, HeadsOfAnotherWidthAreRefused) {
    save(bert({.heads = 3, .head_size = 4}));
    EXPECT_NE(message(bert({.heads = 4, .head_size = 2})).find("heads of 2 channels are no slice of heads of 4"),
              std::string::npos);
    EXPECT_EQ(message(bert({.heads = 2, .head_size = 4})), "");
}

TEST_F(PretrainedWeightsTest, ConvolutionsGiveChannelsButNeitherKernelsNorStatistics) {
    save(convolution(4, 3));
    EXPECT_EQ(at(sliced(convolution(2, 3)), "conv.weight", 1 * 27 + 5), 27 + 5);
    EXPECT_NE(message(convolution(4, 1)).find("conv/weight: [4, 1, 1, 3] is no slice of [4, 3, 3, 3]"),
              std::string::npos);
    save(convolution(4, 3, true));
    EXPECT_EQ(message(convolution(4, 3, true)), "");
    EXPECT_NE(message(convolution(2, 3, true)).find("norm/running_mean: [2] is no slice of [4]"), std::string::npos);
}

TEST_F(PretrainedWeightsTest, VisionTransformersAreSlicedAlike) {
    const auto vit = [](const char* depth, const char* heads, const char* embed, std::int64_t distance) {
        VitOptions options;
        options.depth = choices(depth), options.mlp = choices("[2]"), options.heads = choices(heads),
        options.embed = choices(embed);
        options.head_size = 4, options.resolution = 8, options.patch = 4, options.max_distance = distance;
        const VitSpace space(options, {.classes = 3});
        return space.decode(space.canonical(Encoding(space.decisions().size(), 0)));
    };
    save(vit("[2]", "[3]", "[12]", 2));
    const Parameters p = sliced(vit("[1]", "[2]", "[8]", 2));
    EXPECT_EQ(at(p, "layers.0.qkv.weight", 8 * 8 + 1), 12 * 12 + 1);  // first key
    EXPECT_EQ(at(p, "patches.class_token.weight", 7), 7);
    EXPECT_NE(message(vit("[1]", "[2]", "[8]", 1)).find("layers.0.attention/key_vertical"), std::string::npos);
}

TEST_F(PretrainedWeightsTest, TheHashIsThatOfTheValues) {
    save(bert({}));
    const std::uint64_t one = PretrainedWeights(path_).hash();
    save(bert({}));
    EXPECT_EQ(PretrainedWeights(path_).hash(), one);
    save(bert({}), 1);
    EXPECT_NE(PretrainedWeights(path_).hash(), one);
}

TEST_F(PretrainedWeightsTest, FilesThatAreNoWeightsAreRefused) {
    EXPECT_THROW(PretrainedWeights("/no/such/file.h5"), StoreError);
    h5::publish(path_, [](h5::File& file) {
        file.root().set("schema_name", "hpnas-weights"), file.root().set("schema_version", 1L);
    });
    EXPECT_THROW(PretrainedWeights{path_}, StoreError);
    save(bert({}), std::numeric_limits<float>::infinity());
    EXPECT_THROW(PretrainedWeights{path_}, StoreError);
    save(convolution(4, 3, true), -1);  // variances -1, 0, 1, 2
    EXPECT_THROW(PretrainedWeights{path_}, StoreError);
}

TEST_F(PretrainedWeightsTest, WordsReturn) {
    h5::publish(path_, [](h5::File& file) {
        h5::Group root = file.root();
        root.create_group("weights").create_group("a").write<float>("weight", std::vector<float>{1});
        root.write_texts("vocabulary", std::vector<std::string>{"[PAD]", "\u00e9t\u00e9"});
    });
    EXPECT_EQ(PretrainedWeights(path_).vocabulary(), (std::vector<std::string>{"[PAD]", "\u00e9t\u00e9"}));
}

}  // namespace
}  // namespace hpnas
