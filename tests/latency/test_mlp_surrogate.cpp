#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "hpnas/core/error.hpp"
#include "hpnas/latency/mlp_surrogate.hpp"
#include "latency/surrogate_samples.hpp"

namespace hpnas {
namespace {

double swish(double x) { return x / (1 + std::exp(-x)); }

MlpParameters two_layers() {
    return {.inputs = {{0.5, 0.5}, {0.25, 2}},
            .output = {10, 4},
            .layers = {{2, 2, {1, -2, 3, 0.5}, {0.1, -0.2}}, {2, 1, {2, -1}, {0.3}}}};
}

MlpParameters random_parameters(std::size_t features, std::size_t width, std::size_t layers) {
    MlpParameters p;
    Rng rng(8, Purpose::test);
    p.inputs.assign(features, {0.3, 0.45});
    p.output = {2, 0.5};
    for (std::size_t l = 0, in = features; l < layers; ++l) {
        const std::size_t out = l + 1 == layers ? 1 : width;
        DenseLayer layer{in, out, std::vector<double>(in * out), std::vector<double>(out)};
        for (double& w : layer.weights) w = rng.normal() / std::sqrt(static_cast<double>(in));
        for (double& b : layer.bias) b = 0.1 * rng.normal();
        p.layers.push_back(std::move(layer));
        in = out;
    }
    return p;
}

// x = (1, 0): standardised (1, -0.125); first layer (1 - 0.375 + 0.1, -2 - 0.0625 - 0.2) = (0.725, -2.2625).
TEST(MlpSurrogate, ForwardByHand) {
    const MlpSurrogate mlp(two_layers());
    const double expected = 10 + 4 * (2 * swish(0.725) - swish(-2.2625) + 0.3);
    EXPECT_NEAR(mlp.value(std::vector<double>{1, 0}), expected, 1e-14);
}

TEST(MlpSurrogate, OneLayerIsLinear) {
    const MlpSurrogate mlp({.inputs = {{0, 1}, {0, 1}}, .output = {5, 2}, .layers = {{2, 1, {3, -1}, {0.5}}}});
    EXPECT_DOUBLE_EQ(mlp.value(std::vector<double>{1, 1}), 5 + 2 * (3 - 1 + 0.5));
    std::vector<double> gradient(2);
    mlp.value_and_gradient(std::vector<double>{0.2, 0.8}, gradient);
    EXPECT_EQ(gradient, (std::vector<double>{6, -2}));
}

TEST(MlpSurrogate, GradientMatchesFiniteDifferences) {
    const ChoiceGroups groups(std::vector<std::size_t>{4, 3, 5});
    const MlpSurrogate mlp(random_parameters(groups.total(), 16, 5));
    for (std::uint64_t seed = 1; seed <= 5; ++seed)
        // step^2 of the central difference and eps / step
        EXPECT_LT(test::gradient_error(mlp, test::inner_point(groups, seed), 1e-5), 1e-8);
}

TEST(MlpSurrogate, ParameterGradientMatchesFiniteDifferences) {
    MlpParameters p = random_parameters(3, 4, 3);
    const std::vector<double> point{0.2, -0.7, 1.1};
    std::vector<DenseLayer> gradients = p.layers;
    for (DenseLayer& layer : gradients) {
        layer.weights.assign(layer.weights.size(), 0);
        layer.bias.assign(layer.bias.size(), 0);
    }
    MlpTrace trace;
    mlp_forward(p.layers, point, trace);
    mlp_backward(p.layers, trace, 1, gradients, {});
    const double step = 1e-5;
    const auto difference = [&](double& parameter) {
        const double at = parameter;
        parameter = at + step;
        const double above = mlp_forward(p.layers, point, trace);
        parameter = at - step;
        const double below = mlp_forward(p.layers, point, trace);
        parameter = at;
        return (above - below) / (2 * step);
    };
    for (std::size_t l = 0; l < p.layers.size(); ++l) {
        for (std::size_t i = 0; i < p.layers[l].weights.size(); ++i)
            EXPECT_NEAR(difference(p.layers[l].weights[i]), gradients[l].weights[i], 1e-8);
        for (std::size_t i = 0; i < p.layers[l].bias.size(); ++i)
            EXPECT_NEAR(difference(p.layers[l].bias[i]), gradients[l].bias[i], 1e-8);
    }
}

TEST(MlpSurrogate, AnInputWithoutScaleHasNoInfluence) {
    MlpParameters p = two_layers();
    p.inputs[1].scale = 0;
    const MlpSurrogate mlp(p);
    EXPECT_EQ(mlp.value(std::vector<double>{1, 0}), mlp.value(std::vector<double>{1, 9}));
    std::vector<double> gradient(2);
    mlp.value_and_gradient(std::vector<double>{1, 0}, gradient);
    EXPECT_EQ(gradient[1], 0);
    EXPECT_NE(gradient[0], 0);
}

TEST(MlpSurrogate, ParametersThatDoNotFitAreRefused) {
    const auto refused = [](auto change) {
        MlpParameters p = two_layers();
        change(p);
        EXPECT_THROW(MlpSurrogate{p}, InternalError);
    };
    refused([](MlpParameters& p) { p.layers.clear(); });
    refused([](MlpParameters& p) { p.inputs.pop_back(); });
    refused([](MlpParameters& p) { p.layers.pop_back(); });
    refused([](MlpParameters& p) { p.layers[0].bias.pop_back(); });
    refused([](MlpParameters& p) { p.layers[1].weights[0] = std::numeric_limits<double>::quiet_NaN(); });
    refused([](MlpParameters& p) { p.output.scale = 0; });
    refused([](MlpParameters& p) { p.inputs[0].scale = -1; });
}

}  // namespace
}  // namespace hpnas
