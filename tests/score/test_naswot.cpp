#include <gtest/gtest.h>

#include "hpnas/score/naswot.hpp"
#include "score/golden_network.hpp"
#include "score/torch_golden.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

TEST(Naswot, EqualsPyTorch) {
    GoldenProblem problem;
    ScoreProbe probe = problem.probe();
    EXPECT_NEAR(Naswot({}).compute(probe).value(), golden::naswot, 1e-9 * std::abs(golden::naswot));
}

TEST(Naswot, CountsEqualStatesByHand) {
    // Units relu(x0), relu(x1); samples (1, 1), (1, -1), (-1, -1): K = (2 1 0; 1 2 1; 0 1 2), det 4.
    NetworkBuilder builder;
    const NodeId relu = builder.add("relu", make_relu(), builder.input("input", {2}));
    const Network network = std::move(builder).finish({builder.add("fc", make_linear({.out = 2}), relu)});
    kernel::Engine engine;
    Arena arena;
    ProbeSettings settings{.batch = 3, .classes = 2};
    settings.data = [](const Shape&, std::int64_t) { return ScoreBatch{{1, 1, 1, -1, -1, -1}, {0, 1, 0}}; };
    ScoreProbe probe(network, {engine, arena}, settings);
    EXPECT_NEAR(Naswot({}).compute(probe).value(), std::log(4.0), 1e-12);
    settings.data = [](const Shape&, std::int64_t) { return ScoreBatch{{1, 1, 1, 1, -1, -1}, {0, 1, 0}}; };
    ScoreProbe equal(network, {engine, arena}, settings);
    EXPECT_EQ(Naswot({}).compute(equal), std::nullopt) << "two samples with equal states";
}

}  // namespace
}  // namespace hpnas
