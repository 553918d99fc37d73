#include <gtest/gtest.h>

#include "hpnas/score/ntk.hpp"
#include "score/golden_network.hpp"
#include "score/torch_golden.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

TEST(Ntk, EqualsPyTorch) {
    GoldenProblem problem;
    ScoreProbe probe = problem.probe();
    EXPECT_NEAR(Ntk({}).compute(probe).value(), golden::ntk, 1e-4 * std::abs(golden::ntk));
    EXPECT_NEAR(Ntk({.norm_scales = true}).compute(probe).value(), golden::ntk_norm_scales,
                1e-4 * std::abs(golden::ntk_norm_scales));
    EXPECT_NEAR(Ntk({.coupled = true}).compute(probe).value(), golden::ntk_coupled,
                1e-4 * std::abs(golden::ntk_coupled));
    EXPECT_NEAR(Ntk({.coupled = true, .norm_scales = true}).compute(probe).value(), golden::ntk_coupled_norm_scales,
                1e-4 * std::abs(golden::ntk_coupled_norm_scales));
}

TEST(Ntk, OfALinearLayerIsThatOfItsInputs) {
    // Gradient of the sum of K outputs: x for each of the K rows, so J J^T = K (x_n . x_m): here 2 (1 1; 1 5).
    NetworkBuilder builder;
    const NodeId input = builder.input("input", {2});
    const Network network = std::move(builder).finish({builder.add("fc", make_linear({.out = 2}), input)});
    kernel::Engine engine;
    Arena arena;
    ProbeSettings settings{.batch = 2, .classes = 2};
    settings.data = [](const Shape&, std::int64_t) { return ScoreBatch{{1, 0, 1, 2}, {0, 1}}; };
    ScoreProbe probe(network, {engine, arena}, settings);
    const double root = std::sqrt(5.0);  // eigenvalues 3 +- sqrt(5)
    EXPECT_NEAR(Ntk({}).compute(probe).value(), (3 + root) / (3 - root), 1e-9);
    EXPECT_NEAR(Ntk({.coupled = true}).compute(probe).value(), (3 + root) / (3 - root), 1e-9);
    settings.data = [](const Shape&, std::int64_t) { return ScoreBatch{{1, 2, 1, 2}, {0, 1}}; };
    ScoreProbe equal(network, {engine, arena}, settings);
    EXPECT_GT(Ntk({}).compute(equal).value(), 1e15) << "equal samples: the worst there is";
}

}  // namespace
}  // namespace hpnas
