#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/kernel/engine.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/score/denas_domain.hpp"
#include "hpnas/score/denas_saliency.hpp"
#include "hpnas/score/probe.hpp"
#include "hpnas/tensor/arena.hpp"

namespace hpnas {
namespace {

// R = sum |w2| |w1| 1: every layer's sum of w dR/dw is R itself, and is divided by the layer's rows.
TEST(DenasSaliency, OfTwoLinearLayersIsTheirFlowPerRow) {
    NetworkBuilder builder;
    NodeId at = builder.add("fc1", make_linear({.out = 3, .bias = false}), builder.input("input", {2}));
    at = builder.add("fc2", make_linear({.out = 5, .bias = false}), at);
    const Network network = std::move(builder).finish({at});
    kernel::Engine engine;
    Arena arena;
    ScoreProbe probe(network, {engine, arena}, {.seed = 4});
    const Parameters drawn = denas_parameters(probe, network, DenasDomain::cnn);
    const auto w1 = drawn.values(*drawn.find("fc1.weight")), w2 = drawn.values(*drawn.find("fc2.weight"));
    double flow = 0;
    for (std::size_t k = 0; k < 5; ++k)
        for (std::size_t j = 0; j < 3; ++j)
            for (std::size_t i = 0; i < 2; ++i)
                flow += static_cast<double>(std::abs(w2[3 * k + j])) * std::abs(w1[2 * j + i]);
    const auto value = DenasSaliency({}).compute(probe);
    ASSERT_TRUE(value);
    EXPECT_NEAR(*value, flow / 3 + flow / 5, 1e-5 * flow);  // float32 sums
}

}  // namespace
}  // namespace hpnas
