#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>

#include "hpnas/op/attention.hpp"
#include "hpnas/op/concat.hpp"
#include "hpnas/op/dynamic_convolution.hpp"
#include "hpnas/op/fourier_mixing.hpp"
#include "hpnas/op/multiply.hpp"
#include "hpnas/op/position_embedding.hpp"
#include "hpnas/op/token_convolution.hpp"
#include "hpnas/op/token_mean.hpp"
#include "hpnas/score/flow.hpp"
#include "score/data_free_network.hpp"

namespace hpnas {
namespace {

/// ln sum |w dR/dw| by name.
std::map<std::string, double> saliencies(test::OwnProbe& probe) {
    std::map<std::string, double> result;
    for (const Flow::Layer& layer : probe->pass<StandardFlow>().layers())
        result[probe.network().node(layer.node).name] = layer.log_saliency;
    return result;
}

/// |values| of a parameter as the flow draws them.
std::vector<double> absolute(test::OwnProbe& probe, const std::string& name) {
    Parameters parameters(probe.network());
    parameters.initialize(probe->settings().seed);
    std::vector<double> result;
    for (const float v : parameters.values(*parameters.find(name))) result.push_back(std::abs(v));
    return result;
}

double sum(const std::vector<double>& x) {
    double total = 0;
    for (const double v : x) total += v;
    return total;
}

TEST(LogSum, IsTheLogarithmOfTheSum) {
    const double infinity = std::numeric_limits<double>::infinity();
    EXPECT_DOUBLE_EQ(log_sum(std::vector{std::log(2.0), std::log(3.0), -infinity}), std::log(5.0));
    EXPECT_DOUBLE_EQ(log_sum(std::vector{5000.0, 5000.0}), 5000 + std::log(2.0));
    EXPECT_EQ(log_sum({}), -infinity);
}

TEST(Flow, OfTwoLinearLayersIsKnown) {
    NetworkBuilder b;
    NodeId x = b.add("fc1", make_linear({.out = 3}), b.input("x", {2}));
    x = b.add("fc2", make_linear({.out = 2}), b.add("relu", make_relu(), x));
    test::OwnProbe probe(std::move(b).finish({x}));
    const auto w1 = absolute(probe, "fc1.weight"), b1 = absolute(probe, "fc1.bias"), w2 = absolute(probe, "fc2.weight");
    double first = 0, second = 0;  // by hand: dR/dh_i is column i's sum of w2
    for (std::size_t i = 0; i < 3; ++i) {
        const double column = w2[i] + w2[3 + i], products = w1[2 * i] + w1[2 * i + 1];
        first += products * column;
        second += (products + b1[i]) * column;
    }
    EXPECT_NEAR(saliencies(probe)["fc1"], std::log(first), 1e-6);
    EXPECT_NEAR(saliencies(probe)["fc2"], std::log(second), 1e-6);
}

TEST(Flow, PassesProductsAndMixingAndStopsAtTheirOtherInputs) {
    NetworkBuilder b;
    const NodeId x = b.input("x", {3, 2});
    NodeId at = b.add("conv", make_token_convolution({.kernel = 3}), x);
    at = b.add("gated", make_multiply(), {at, b.add("gate", make_linear({.out = 2}), x)});
    at = b.add("mixed", make_fourier_mixing(), at);
    at = b.add("dynamic", make_dynamic_convolution({.kernel = 3}), {at, b.add("kernels", make_linear({.out = 3}), x)});
    test::OwnProbe probe(std::move(b).finish({at}));
    const auto w = absolute(probe, "conv.weight");  // [3, 2]; three tokens read two, three and two others
    const auto found = saliencies(probe);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NEAR(found.at("conv"), std::log(2 * (w[0] + w[1]) + 3 * (w[2] + w[3]) + 2 * (w[4] + w[5])), 1e-6);
}

TEST(Flow, OfTwoHundredLayersIsExactWhereDoubleOverflows) {
    // One channel: every layer multiplies by |w|, the sum is that of one product, 201 times.
    NetworkBuilder b;
    const int depth = 200;
    NodeId x = b.input("x", {1, 1, 1});
    for (int i = 0; i < depth; ++i) x = b.add("conv" + std::to_string(i), make_conv2d({.out = 64}), x);
    test::OwnProbe probe(std::move(b).finish({x}));
    Parameters parameters(probe.network());
    draw_normal_weights(*probe, WeightScale::unit, "flow", probe.network(), parameters);
    std::vector<double> value{1};  // of the channels, kept near 1; its logarithm is counted
    double log = 0;
    for (int i = 0; i < depth; ++i) {
        const auto w = parameters.values(*parameters.find("conv" + std::to_string(i) + ".weight"));
        std::vector<double> next(64, 0.0);
        for (std::size_t k = 0; k < 64; ++k)
            for (std::size_t c = 0; c < value.size(); ++c) next[k] += std::abs(w[k * value.size() + c]) * value[c];
        const double size = sum(next);
        log += std::log(size);
        for (double& v : next) v /= size;
        value = next;
    }
    EXPECT_GT(log, 750);  // e^750 > 1e325
    const auto& layers = probe->pass<NormalFlow>().layers();
    ASSERT_EQ(layers.size(), 200U);
    for (const Flow::Layer& layer : layers) EXPECT_NEAR(layer.log_saliency, log, 1e-4);  // 200 layers of float32
}

TEST(Flow, AddsAndJoinsBranchesOfDifferentScale) {
    NetworkBuilder b;
    const NodeId input = b.input("x", {3});
    const NodeId one = b.add("one", make_linear({.out = 4, .bias = false}), input);
    const NodeId two = b.add("two", make_linear({.out = 4, .bias = false}), one);
    const NodeId added = b.add("add", make_add(), {one, two});
    const NodeId joined = b.add("concat", make_concat(), {added, one});
    test::OwnProbe probe(std::move(b).finish({joined}));
    const auto w1 = absolute(probe, "one.weight"), w2 = absolute(probe, "two.weight");
    // R = sum(two(one)) + 2 sum(one); one = rows of w1, its gradient 2 + columns of w2.
    double first = 0, second = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        double column = 0;
        for (std::size_t k = 0; k < 4; ++k) column += w2[k * 4 + i];
        const double row = w1[3 * i] + w1[3 * i + 1] + w1[3 * i + 2];
        first += row * (2 + column);
        second += row * column;
    }
    EXPECT_NEAR(saliencies(probe)["one"], std::log(first), 1e-6);
    EXPECT_NEAR(saliencies(probe)["two"], std::log(second), 1e-6);
}

TEST(Flow, AttentionAveragesTheValuesThatAreSeen) {
    for (const bool causal : {false, true}) {
        NetworkBuilder b;
        NodeId x = b.add("qkv", make_linear({.out = 6, .bias = false}), b.input("x", {3, 2}));
        x = b.add("position", make_position_embedding({.length = 3}),
                  b.add("attention", make_attention({.causal = causal}), x));
        test::OwnProbe probe(std::move(b).finish({b.add("fc", make_linear({.out = 2, .bias = false}), x)}));
        const auto w = absolute(probe, "qkv.weight"), fc = absolute(probe, "fc.weight"),
                   table = absolute(probe, "position.weight");
        // All tokens are alike, so any mean of the values is the value: rows 4 and 5 of w.
        const double v[] = {w[8] + w[9], w[10] + w[11]}, column[] = {fc[0] + fc[2], fc[1] + fc[3]};
        const double qkv = 3 * (v[0] * column[0] + v[1] * column[1]);
        double position = 0;
        for (std::size_t i = 0; i < 6; ++i) position += table[i] * column[i % 2];
        EXPECT_NEAR(saliencies(probe)["qkv"], std::log(qkv), 1e-6) << causal;
        EXPECT_NEAR(saliencies(probe)["fc"], std::log(qkv + position), 1e-6) << causal;
    }
}

TEST(Flow, LayersThatNothingReadsAreLeftOut) {
    NetworkBuilder b;
    const NodeId input = b.input("x", {3});
    b.add("unread", make_linear({.out = 4}), input);
    test::OwnProbe probe(std::move(b).finish({b.add("read", make_linear({.out = 4}), input)}));
    EXPECT_EQ(saliencies(probe).size(), 1U);
}

}  // namespace
}  // namespace hpnas
