#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/kernel/engine.hpp"
#include "hpnas/op/attention.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/op/token_mean.hpp"
#include "hpnas/score/denas_diversity.hpp"
#include "hpnas/score/denas_domain.hpp"
#include "hpnas/score/probe.hpp"
#include "hpnas/tensor/arena.hpp"

namespace hpnas {
namespace {

/// One attention layer on equal tokens: queries and keys change nothing, so that only values have a gradient.
Network attention_network() {
    NetworkBuilder builder;
    NodeId at = builder.add("qkv", make_linear({.out = 6, .bias = false}), builder.input("input", {3, 2}));
    at = builder.add("attention", make_attention({}), at);
    at = builder.add("proj", make_linear({.out = 2, .bias = false}), at);
    return std::move(builder).finish({at});
}

TEST(DenasDiversity, IsTheProductOfFrobeniusNormsSummedOverMatrices) {
    const Network network = attention_network();
    kernel::Engine engine;
    Arena arena;
    ScoreProbe probe(network, {engine, arena}, {.seed = 4});
    const Parameters w = denas_parameters(probe, network, DenasDomain::vision);
    const auto qkv = w.values(*w.find("qkv.weight")), proj = w.values(*w.find("proj.weight"));
    // Input ones: values v_i = sum_j V_ij, the output P v for each of 3 tokens. dR/dP_ki = 3 v_i, dR/dV_ij = 3 sum_k
    // P_ki.
    const auto norm = [](std::span<const float> x) {
        double sum = 0;
        for (const float value : x) sum += static_cast<double>(value) * value;
        return std::sqrt(sum);
    };
    double gradient_p = 0, gradient_v = 0;
    for (std::size_t i = 0; i < 2; ++i) {
        const double v = qkv[8 + 2 * i] + qkv[9 + 2 * i], column = proj[i] + proj[2 + i];
        gradient_p += 2 * 9 * v * v;
        gradient_v += 2 * 9 * column * column;
    }
    const auto value = DenasDiversity({}).compute(probe);
    ASSERT_TRUE(value);
    EXPECT_NEAR(*value, norm(qkv) * std::sqrt(gradient_v) + norm(proj) * std::sqrt(gradient_p), 1e-5 * *value);
}

TEST(DenasDiversity, IsZeroWithoutAttention) {
    NetworkBuilder builder;
    const NodeId fc = builder.add("fc", make_linear({.out = 2}), builder.input("input", {3}));
    const Network network = std::move(builder).finish({fc});
    kernel::Engine engine;
    Arena arena;
    ScoreProbe probe(network, {engine, arena}, {});
    EXPECT_EQ(DenasDiversity({}).compute(probe), 0.0);
}

}  // namespace
}  // namespace hpnas
