#include <gtest/gtest.h>

#include "hpnas/kernel/engine.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/score/denas_domain.hpp"
#include "hpnas/score/probe.hpp"
#include "hpnas/space/builtin.hpp"
#include "hpnas/tensor/arena.hpp"

namespace hpnas {
namespace {

Network network_of(const char* space, const char* arch, const TaskShape& task) {
    Diagnostics diagnostics;
    const auto made = spaces().make(parse_yaml(space, "test"), "space", diagnostics, task);
    diagnostics.throw_if_any();
    return made->decode(made->parse(arch));
}

Network vision() {
    return network_of("{name: vit}", "(12,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,192)",
                      {.classes = 10, .input_channels = 3, .resolution = 32});
}
Network text() { return network_of("{name: bert}", "(4,8,512,128,128)", {.sequence = 8, .vocabulary = 50}); }
Network speech() { return network_of("{name: asr}", "(5,3,5,4,5,3,3,3,3,4,2,216)", {.sequence = 16}); }

std::size_t n_diversity(const Network& network) {
    const Parameters parameters(network);
    return denas_diversity_matrices(network, parameters, denas_domain(network)).size();
}

std::vector<double> saliency_times(const Network& network) {
    const Parameters parameters(network);
    std::vector<double> times;
    for (const DenasMatrix& matrix : denas_saliency_matrices(network, parameters, denas_domain(network)))
        times.push_back(matrix.times);
    return times;
}

TEST(DenasDomain, IsToldFromInputsAndAttention) {
    NetworkBuilder builder;
    const NodeId conv = builder.add("conv", make_conv2d({.out = 2}), builder.input("input", {4, 4, 3}));
    EXPECT_EQ(denas_domain(std::move(builder).finish({conv})), DenasDomain::cnn);
    EXPECT_EQ(denas_domain(vision()), DenasDomain::vision);
    EXPECT_EQ(denas_domain(text()), DenasDomain::text);
    EXPECT_EQ(denas_domain(speech()), DenasDomain::speech);
    const Network encoder =
        network_of("{name: asr, decoder_layers: 0, seq: false, ctc: true, depth: 1, mlp: 2, heads: 2, d_model: 24}",
                   "(1,2,2,24)", {.sequence = 64});
    EXPECT_EQ(denas_domain(encoder), DenasDomain::speech);
    const Network mixing = network_of("{name: flexibert}", "128:LT-DFT-h2-ff512x1,LT-DCT-h4-ff512x1",
                                      {.classes = 2, .sequence = 8, .vocabulary = 50});
    EXPECT_EQ(denas_domain(mixing), DenasDomain::text);
}

// Vision: qkv and projection of 12 layers, 12 projections and the head once, 24 linear layers of MLPs twice.
TEST(DenasDomain, CountsTheMlpsOfVisionTwice) {
    EXPECT_EQ(n_diversity(vision()), 24U);
    const std::vector<double> times = saliency_times(vision());
    EXPECT_EQ(std::count(times.begin(), times.end(), 1.0), 13);
    EXPECT_EQ(std::count(times.begin(), times.end(), 2.0), 24);
}

// Text: query, key, value and the second layer of the MLP; saliency of both layers of the MLPs.
TEST(DenasDomain, TakesTheMlpOfTextForTheProjection) {
    const Network network = text();
    const Parameters parameters(network);
    const auto matrices = denas_diversity_matrices(network, parameters, DenasDomain::text);
    ASSERT_EQ(matrices.size(), 4 * 4U);
    EXPECT_EQ(matrices[0].count, 512U * 128);
    EXPECT_EQ(matrices[1].first, 512U * 128);
    EXPECT_EQ(matrices[2].rows, 512);
    EXPECT_EQ(saliency_times(network), std::vector<double>(8, 1.0));
}

TEST(DenasDomain, LooksAtTheEncoderOfSpeech) {
    const Network encoder = denas_network(speech(), DenasDomain::speech);
    for (const Node& node : encoder.nodes()) EXPECT_FALSE(node.name.starts_with("decoder.")) << node.name;
    EXPECT_EQ(n_diversity(encoder), 10U);
}

TEST(DenasDomain, QueriesKeysAndValuesOfVisionStartAsTheyAre) {
    const Network network = vision();
    kernel::Engine engine;
    Arena arena;
    const ScoreProbe probe(network, {engine, arena}, {.seed = 5});
    const Parameters drawn = denas_parameters(probe, network, DenasDomain::vision);
    const auto largest = [&](const Parameters::Entry* entry) {
        float size = 0;
        for (const float value : drawn.values(*entry)) size = std::max(size, std::abs(value));
        return size;
    };
    const auto untouched = denas_untouched_weights(network, drawn, DenasDomain::vision);
    ASSERT_EQ(untouched.size(), 12U);
    EXPECT_LT(largest(untouched[0]), 0.5F);  // uniform in +-1 / sqrt(192)
    EXPECT_GT(largest(drawn.find("layers.0.proj.weight")), 2.0F);
}

}  // namespace
}  // namespace hpnas
