#include <gtest/gtest.h>

#include "hpnas/score/grad_norm.hpp"
#include "score/golden_network.hpp"
#include "score/torch_golden.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

TEST(GradNorm, EqualsPyTorch) {
    GoldenProblem problem;
    ScoreProbe probe = problem.probe();
    EXPECT_NEAR(GradNorm({}).compute(probe).value(), golden::grad_norm, 1e-4 * std::abs(golden::grad_norm));
    EXPECT_NEAR(GradNorm({.joint = true}).compute(probe).value(), golden::grad_norm_joint,
                1e-4 * std::abs(golden::grad_norm_joint));
}

// Logits (2 h, 0) with h = w1 x = 0.5 and 1. dL/dlogit0 = (p - target) / 2: a = (s(1) - 1) / 2 and b = s(2) / 2,
// s(x) = 1 / (1 + e^-x); dL/dlogit1 = -a and -b.
const double a = (1 / (1 + std::exp(-1.0)) - 1) / 2, b = 1 / (1 + std::exp(-2.0)) / 2;

TEST(GradNorm, OfTwoLayersByHand) {
    TwoLayers problem;
    ScoreProbe probe = problem.probe();
    const double first = std::abs(2 * (a + 2 * b)), second = std::sqrt(2.0) * std::abs(0.5 * a + b);
    EXPECT_NEAR(GradNorm({}).compute(probe).value(), first + second, 1e-6);
    EXPECT_NEAR(GradNorm({.joint = true}).compute(probe).value(), std::hypot(first, second), 1e-6);
}

}  // namespace
}  // namespace hpnas
