#include <gtest/gtest.h>

#include "hpnas/score/grasp.hpp"
#include "score/golden_network.hpp"
#include "score/torch_golden.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

TEST(Grasp, EqualsPyTorch) {
    GoldenProblem problem;
    ScoreProbe probe = problem.probe();
    EXPECT_NEAR(Grasp({}).compute(probe).value(), golden::grasp, 2e-3 * std::abs(golden::grasp));
    const double coarse = Grasp({.step = 0.04}).compute(probe).value();
    EXPECT_NEAR(coarse, golden::grasp, 1e-2 * std::abs(golden::grasp));
}

TEST(Grasp, OfALinearLayerIsThatOfASoftmax) {
    // One sample x = 2, one weight per class (1, 0): p = s(2), g0 = (p - 1) x, H = p (1 - p) x^2 (1, -1; -1, 1).
    NetworkBuilder builder;
    const NodeId input = builder.input("input", {1});
    const Network network =
        std::move(builder).finish({builder.add("fc", make_linear({.out = 2, .bias = false}), input)});
    kernel::Engine engine;
    Arena arena;
    ProbeSettings settings{.batch = 1, .classes = 2};
    settings.data = [](const Shape&, std::int64_t) { return ScoreBatch{{2}, {0}}; };
    settings.weights = [](Parameters& parameters) { set(parameters, "fc.weight", {1, 0}); };
    ScoreProbe probe(network, {engine, arena}, settings);
    const double p = 1 / (1 + std::exp(-2.0)), g = 2 * (p - 1);
    // theta^T H g = p (1 - p) x^2 (1, -1) . (g, -g)
    EXPECT_NEAR(Grasp({}).compute(probe).value(), -p * (1 - p) * 4 * 2 * g, 1e-4);
}

}  // namespace
}  // namespace hpnas
