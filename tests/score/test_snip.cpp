#include <gtest/gtest.h>

#include "hpnas/score/snip.hpp"
#include "score/golden_network.hpp"
#include "score/torch_golden.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

TEST(Snip, EqualsPyTorch) {
    GoldenProblem problem;
    ScoreProbe probe = problem.probe();
    EXPECT_NEAR(Snip({}).compute(probe).value(), golden::snip, 1e-4 * std::abs(golden::snip));
}

// Logits (2 h, 0) with h = w1 x = 0.5 and 1. dL/dlogit0 = (p - target) / 2: a = (s(1) - 1) / 2 and b = s(2) / 2,
// s(x) = 1 / (1 + e^-x); dL/dlogit1 = -a and -b.
const double a = (1 / (1 + std::exp(-1.0)) - 1) / 2, b = 1 / (1 + std::exp(-2.0)) / 2;

TEST(Snip, OfTwoLayersByHand) {
    TwoLayers problem;
    ScoreProbe probe = problem.probe();
    // dL/dw1 = 2 (a x1 + b x2), dL/dw2 = (a h1 + b h2, ..) and the second weight is 0
    const double expected = 0.5 * std::abs(2 * (a + 2 * b)) + 2 * std::abs(0.5 * a + b);
    EXPECT_NEAR(Snip({}).compute(probe).value(), expected, 1e-6);
}

}  // namespace
}  // namespace hpnas
