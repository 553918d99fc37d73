#include <gtest/gtest.h>

#include <algorithm>

#include "hpnas/score/frozen_pass.hpp"
#include "score/golden_network.hpp"
#include "score/torch_golden.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

TEST(FrozenPass, GramEqualsPyTorch) {
    GoldenProblem problem;
    ScoreProbe probe = problem.probe();
    const GradientGram& gram = probe.pass<FrozenPass>().gram();
    for (std::size_t i = 0; i < 25; ++i) {
        EXPECT_NEAR(gram.weights()[i], golden::gram_weights[i], 3e-4);  // of values up to 136
        EXPECT_NEAR(gram.norm_scales()[i], golden::gram_norm_scales[i], 2e-6);
    }
}

TEST(FrozenPass, InputGradientsAreThoseOfTheSampleAlone) {
    GoldenProblem problem;
    ScoreProbe probe = problem.probe();
    FrozenPass& pass = probe.pass<FrozenPass>();
    const std::vector<float> before = pass.input_gradients();
    EXPECT_EQ(before.size(), 5U * 8 * 8 * 3);
    pass.gram();
    EXPECT_EQ(pass.input_gradients(), before) << "the same with and without a Gram matrix on the way";
}

}  // namespace
}  // namespace hpnas
