#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "hpnas/core/error.hpp"
#include "hpnas/search/encoding.hpp"
#include "hpnas/space/asr_space.hpp"
#include "space/make_space.hpp"

namespace hpnas::test {
namespace {

/// Trainable parameters of the nodes whose names begin with one of the prefixes.
std::int64_t parameters_under(const Network& network, const std::vector<std::string>& prefixes) {
    std::int64_t sum = 0;
    for (NodeId id = 0; id < static_cast<NodeId>(network.nodes().size()); ++id) {
        const Node& node = network.node(id);
        const bool counted = std::any_of(prefixes.begin(), prefixes.end(),
                                         [&](const std::string& prefix) { return node.name.starts_with(prefix); });
        if (node.op == nullptr || !counted) continue;
        for (const ParameterSpec& spec : node.op->parameters(network.input_shapes(id)))
            sum += spec.trainable() ? spec.shape.count() : 0;
    }
    return sum;
}

std::int64_t denas_count(const Network& network) { return parameters_under(network, {"encoder.", "decoder."}); }

/// The formula of DE-NAS's networks.
std::int64_t formula(const std::vector<double>& mlp, std::int64_t d) {
    const std::int64_t attention = 4 * d * d + 4 * d;
    std::int64_t sum = 1280 * d + d + 5000 * d + 2 * d + 2 * d;
    for (const double ratio : mlp) {
        const auto f = static_cast<std::int64_t>(ratio * static_cast<double>(d));
        sum += attention + 2 * d * f + f + d + 4 * d;
    }
    return sum + 6 * (2 * attention + 2 * d * 2048 + 2048 + d + 6 * d);
}

const std::string logged = "(5,3,5,4,5,3,3,3,3,4,2,216)";

TEST(AsrSpace, ParametersAreThoseThatDeNasLogged) {
    const auto space = make_space("asr");
    EXPECT_EQ(denas_count(space->decode(space->parse(logged))), 11'750'592);
    EXPECT_EQ(denas_count(space->decode(space->parse("(5,4.5,4.5,4,4.5,3,3,3,3,4,2,216)"))), 11'797'356);
    const auto supernet = make_space("{name: asr, depth: 12, mlp: 4, heads: 4, d_model: 512}");
    EXPECT_EQ(denas_count(supernet->decode(Encoding(supernet->decisions().size(), 0))), 66'270'720);
}

TEST(AsrSpace, ParametersAreTheFormulaOfEveryMember) {
    const auto space = make_space("{name: asr, front_end: false, seq: false}");
    Rng rng(4, Purpose::test);
    for (int i = 0; i < 50; ++i) {
        const Encoding x = space->sample(rng);
        const auto value = [&](std::size_t slot) {
            return space->decisions()[slot].values[static_cast<std::size_t>(x[slot])];
        };
        std::vector<double> mlp;
        for (std::size_t layer = 0; layer < static_cast<std::size_t>(value(0)); ++layer)
            mlp.push_back(value(1 + layer));
        const Network network = space->decode(x);
        EXPECT_EQ(network.cost().parameters, formula(mlp, static_cast<std::int64_t>(value(x.size() - 1))));
    }
}

TEST(AsrSpace, TheSpaceHasThePublishedSize) {
    // 6 widths, and for each depth L 15^L choices of (mlp, heads): about 8.3e14.
    long double size = 0;
    for (int depth = 5; depth <= 12; ++depth) size += 6 * std::pow(15.0L, depth);
    EXPECT_NEAR(static_cast<double>(size), 8.3e14, 0.05e14);
    const auto space = make_space("asr");
    EXPECT_EQ(space->decisions().size(), 1U + 12 + 12 + 1);
}

TEST(AsrSpace, TheTupleIsReadAndWritten) {
    const auto space = make_space("asr");
    const Encoding x = space->parse(logged);
    EXPECT_EQ(space->format(x), logged);
    EXPECT_EQ(space->parse("(5, 3.0, 5.0, 4.0, 5.0, 3.0, 3, 3, 3, 4, 2, 216)"), x);
    EXPECT_EQ(space->parse(space->format_values(x)), x);
    Encoding other = x;  // a gene of a layer that is not there: no tuple
    other[8] = 1;
    EXPECT_EQ(space->format(other), to_text(other));
    EXPECT_EQ(space->canonical(other), x);
    try {
        space->parse("(5,3,5,4,5,3,3,3,3,4,5,216)");
        FAIL() << "accepted five heads";
    } catch (const EncodingError& error) {
        EXPECT_STREQ(error.what(), "space asr: layer4.heads: expected one of 2, 3, 4, got '5'");
    }
}

TEST(AsrSpace, InputsAndOutputsFollowTheOptions) {
    const auto shapes = [](const std::string& options, const TaskShape& task = {}) {
        const auto space = make_space("{name: asr" + options + "}", task);
        const Network network = space->decode(space->parse(logged));
        std::vector<Shape> result;
        for (const NodeId id : network.inputs()) result.push_back(network.node(id).shape);
        for (const NodeId id : network.outputs()) result.push_back(network.node(id).shape);
        return result;
    };
    EXPECT_EQ(shapes(""), (std::vector<Shape>{{1600, 80, 1}, {50}, {50, 5000}}));
    EXPECT_EQ(shapes("", {.sequence = 100, .vocabulary = 30}), (std::vector<Shape>{{100, 80, 1}, {50}, {50, 30}}));
    EXPECT_EQ(shapes(", ctc: true, tokens: 7"), (std::vector<Shape>{{1600, 80, 1}, {7}, {7, 5000}, {400, 5000}}));
    EXPECT_EQ(shapes(", front_end: false, seq: false"), (std::vector<Shape>{{400, 1280}, {50}, {50, 216}}));
    EXPECT_EQ(shapes(", front_end: false, decoder_layers: 0"), (std::vector<Shape>{{400, 1280}, {400, 216}}));
    EXPECT_EQ(shapes(", decoder_layers: 0, ctc: true", {.sequence = 100, .vocabulary = 13}),
              (std::vector<Shape>{{100, 80, 1}, {25, 13}}));
    EXPECT_EQ(shapes(", decoder_layers: 0, classify: true", {.classes = 10}),
              (std::vector<Shape>{{1600, 80, 1}, {10}}));
    EXPECT_THROW(shapes(", classify: true"), ConfigError);
}

TEST(AsrSpace, LayersHaveTheirOwnHeadsAndWidths) {
    const auto space = make_space("asr");
    const Network network = space->decode(space->parse(logged));
    std::vector<std::string> keys;
    for (const Block& block : network.blocks()) keys.push_back(block.key);
    const auto has = [&](const std::string& key) { return std::count(keys.begin(), keys.end(), key); };
    EXPECT_EQ(has("encoder pre qkv=216 heads=3 ffn=648 act=gelu eps=1e-06"), 1);
    EXPECT_EQ(has("encoder pre qkv=216 heads=3 ffn=1080 act=gelu eps=1e-06"), 1);
    EXPECT_EQ(has("encoder pre qkv=216 heads=4 ffn=1080 act=gelu eps=1e-06"), 1);
    EXPECT_EQ(has("encoder pre qkv=216 heads=2 ffn=648 act=gelu eps=1e-06"), 1);
    EXPECT_EQ(has("decoder pre qkv=216 heads=4 ffn=2048 act=gelu eps=1e-06 causal memory=400x216"), 6);
}

TEST(AsrSpace, CrossoverRecombinesParentsOfDifferentDepth) {
    const auto space = make_space("asr");
    const Encoding a = space->parse(logged), b = space->parse("(6,4,4,4,4,4,4,2,2,2,2,2,2,444)");
    Rng rng(1, Purpose::test);
    std::set<std::int16_t> depths;
    for (int i = 0; i < 100; ++i) {
        const Encoding child = space->crossover(a, b, rng);
        EXPECT_EQ(space->parse(space->format(child)), child);
        depths.insert(child[0]);
    }
    EXPECT_EQ(depths, (std::set<std::int16_t>{0, 1}));
}

TEST(AsrSpace, ImpossibleOptionsAreExplained) {
    const auto message = [](const std::string& options) {
        try {
            make_space("{name: asr, " + options + "}");
        } catch (const ConfigError& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_EQ(message("heads: [2, 5]"),
              "run.yaml:1: space: space asr: expected heads that divide d_model, got 5 and 192");
    EXPECT_EQ(message("decoder_heads: 7"),
              "run.yaml:1: space: space asr: expected decoder_heads that divide d_model, got 7 and 192");
    EXPECT_EQ(message("frames: 4"), "run.yaml:1: space: space asr: expected at least 5 frames and mels, got 4 and 80");
    EXPECT_NE(message("mlp: [4, 3]").find("mlp"), std::string::npos);
}

}  // namespace
}  // namespace hpnas::test
