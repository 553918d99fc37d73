#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/search/encoding.hpp"
#include "hpnas/supernet/chain_supernet.hpp"
#include "hpnas/supernet/relaxed_executor.hpp"
#include "hpnas/supernet/supernet.hpp"
#include "supernet/reference.hpp"
#include "supernet/supernet_example.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

TEST(Supernet, SpacesWithoutOneAreNamed) {
    const auto space = space_from("{name: plainnet}", tiny_task);
    try {
        make_supernet(*space);
        FAIL();
    } catch (const ConfigError& error) {
        EXPECT_STREQ(
            error.what(),
            "space: expected one with a weight-sharing network (darts_cell, five_layer, mbconv), got plainnet");
    }
}

TEST(Supernet, ChoicesAreTheDecisionsOfTheSpace) {
    for (const auto& space : {tiny_chain(), tiny_cells(), tiny_mbconv()}) {
        const Supernet supernet = make_supernet(*space);
        EXPECT_EQ(supernet.groups, ChoiceGroups(space->decisions()));
        EXPECT_EQ(supernet.network.inputs().size(), 1 + supernet.mixtures.size());
        for (const Mixture& mixture : supernet.mixtures) {
            const Node& input = supernet.network.node(supernet.network.inputs()[mixture.input]);
            EXPECT_EQ(input.shape, Shape{static_cast<std::int64_t>(mixture.branches.size())}) << input.name;
            for (const auto& branch : mixture.branches) EXPECT_FALSE(branch.empty()) << input.name;
        }
    }
}

TEST(Supernet, FactorisedWeightsAreSumsOfOuterProducts) {
    const ChoiceGroups groups = reference::groups_of({2, 3, 2, 3});
    const Mixture mixture{1, {{0, 1}, {2, 3}}, std::vector<std::vector<NodeId>>(6)};
    const std::vector<double> point{0.25, 0.75, 0.5, 0.125, 0.375, 1, 0, 0.5, 0.25, 0.25};
    std::vector<double> weights(6);
    mixture_weights(groups, mixture, point, weights);
    EXPECT_EQ(weights, (std::vector<double>{0.25 * 0.5 + 0.5, 0.25 * 0.125 + 0.25, 0.25 * 0.375 + 0.25, 0.75 * 0.5,
                                            0.75 * 0.125, 0.75 * 0.375}));
    const std::vector<double> by_weights{1, -2, 3, 0.5, 4, -1};
    std::vector<double> gradient(10, 0.0);
    add_mixture_gradient(groups, mixture, point, by_weights, gradient);
    const auto expected = reference::gradient(
        [&](const std::vector<double>& p) {
            mixture_weights(groups, mixture, p, weights);
            double sum = 0;
            for (std::size_t i = 0; i < 6; ++i) sum += weights[i] * by_weights[i];
            return sum;
        },
        point);
    for (std::size_t i = 0; i < 10; ++i) EXPECT_NEAR(gradient[i], expected[i], 1e-9);  // bilinear: rounding / step
}

/// Largest difference of the outputs of the supernet at `x` and of the decoded network with its weights.
double difference(const SearchSpace& space, const Supernet& supernet, const Encoding& x) {
    constexpr std::int64_t batch = 3;
    kernel::Engine engine;
    Arena arena;
    const Device device{engine, arena};
    Parameters shared(supernet.network);
    scatter(shared);
    RelaxedExecutor relaxed(supernet, shared, device, batch, false);
    std::vector<double> point(supernet.groups.total());
    one_hot(supernet.groups, x, point);
    relaxed.set_points(point, 0);
    const std::vector<float> images = noise(relaxed.images().size(), 8);
    std::ranges::copy(images, relaxed.images().begin());
    relaxed.executor().forward();

    const Network network = space.decode(x);
    Parameters own(network);
    own.initialize(99);
    inherit_weights(supernet, shared, space.canonical(x), own);
    Executor discrete(network, own, device, {.batch = batch, .gradients = false});
    std::ranges::copy(images, discrete.input().begin());
    discrete.forward();
    double most = 0;
    for (std::size_t i = 0; i < discrete.output().size(); ++i)
        most = std::max(most, std::abs(static_cast<double>(discrete.output()[i] - relaxed.executor().output()[i])));
    return most;
}

TEST(Supernet, AnArchitectureIsTheDecodedNetworkWithInheritedWeights) {
    const auto chain = tiny_chain(), cells = tiny_cells(), mbconv = tiny_mbconv();
    const Supernet of_chain = make_supernet(*chain), of_cells = make_supernet(*cells),
                   of_mbconv = chain_supernet(*mbconv, 0);
    Rng rng(1, Purpose::test, 5);
    for (int i = 0; i < 6; ++i) {
        EXPECT_EQ(difference(*chain, of_chain, random_encoding(chain->decisions(), rng)), 0);
        EXPECT_EQ(difference(*mbconv, of_mbconv, random_encoding(mbconv->decisions(), rng)), 0);
        // Logits of order one. The sum of a node's branches is rounded in another order; a hundred layers of float32.
        EXPECT_LT(difference(*cells, of_cells, random_encoding(cells->decisions(), rng)), 1e-4);
    }
    // The same branch twice counts twice.
    EXPECT_LT(difference(*cells, of_cells, Encoding(cells->decisions().size(), 1)), 1e-4);
}

TEST(Supernet, SharedTensorsOfAnotherShapeAreRefused) {
    const auto space = tiny_chain();
    const auto wider = space_from("{name: five_layer, channels: 8, layers: 3, halve_after: [1]}", tiny_task);
    const Supernet supernet = make_supernet(*space);
    const Parameters shared(supernet.network);
    Parameters own(wider->decode({0, 0, 0}));
    EXPECT_THROW(inherit_weights(supernet, shared, {0, 0, 0}, own), InternalError);
}

}  // namespace
}  // namespace hpnas
