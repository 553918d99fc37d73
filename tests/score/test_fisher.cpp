#include <gtest/gtest.h>

#include "hpnas/score/fisher.hpp"
#include "score/golden_network.hpp"
#include "score/torch_golden.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

TEST(Fisher, EqualsPyTorch) {
    GoldenProblem problem;
    ScoreProbe probe = problem.probe();
    EXPECT_NEAR(Fisher({}).compute(probe).value(), golden::fisher, 2e-4 * std::abs(golden::fisher));
}

// Logits (2 h, 0) with h = w1 x = 0.5 and 1. dL/dlogit0 = (p - target) / 2: a = (s(1) - 1) / 2 and b = s(2) / 2,
// s(x) = 1 / (1 + e^-x); dL/dlogit1 = -a and -b.
const double a = (1 / (1 + std::exp(-1.0)) - 1) / 2, b = 1 / (1 + std::exp(-2.0)) / 2;

TEST(Fisher, OfTwoLayersByHand) {
    TwoLayers problem;
    ScoreProbe probe = problem.probe();
    // first: values h, gradients 2 a and 2 b; second: values (2 h, 0), gradients (a, ..), (b, ..); mean of 2, half of
    // it
    const double first = (a * a + 4 * b * b) / 4, second = (a * a + 4 * b * b) / 4;
    EXPECT_NEAR(Fisher({}).compute(probe).value(), first + second, 1e-6);
}

}  // namespace
}  // namespace hpnas
