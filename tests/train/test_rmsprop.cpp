#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/train/rmsprop.hpp"
#include "train/optimizer_problem.hpp"

namespace hpnas {
namespace {

// By hand, w = 1, rate 0.1, decay 0.9, momentum 0.5, epsilon 0.001, no weight decay:
// g = 0.5: s = 1 + 0.1 (0.25 - 1) = 0.925; v = 0.05 / sqrt(0.926) = 0.0519592; w = 0.9480408.
// g = -1, rate 0.2: s = 0.925 + 0.1 (1 - 0.925) = 0.9325; v = 0.0259796 - 0.2 / sqrt(0.9335) = -0.1810213; w
// = 1.1290621.
TEST(RmsProp, TwoStepsByHand) {
    Parameters parameters(test::linear_network(1, 1));
    test::set(parameters, "fc.weight", {1.0F});
    RmsProp optimizer({0.1, 0.9, 0.5, 1e-3, 0.0});
    optimizer.start(parameters);
    std::vector<float> gradients(parameters.trainable().size(), 0.0F);
    float& gradient = gradients[parameters.find("fc.weight")->offset];
    gradient = 0.5F;
    optimizer.step(parameters.trainable(), gradients, {0.1, 1.0});
    EXPECT_NEAR(test::get(parameters, "fc.weight")[0], 0.9480408F, 5e-7F);
    gradient = -1.0F;
    optimizer.step(parameters.trainable(), gradients, {0.2, 1.0});
    EXPECT_NEAR(test::get(parameters, "fc.weight")[0], 1.1290621F, 5e-7F);
}

// The rule of the header in double, on the problem that the other optimisers are compared with torch on.
TEST(RmsProp, MatchesASlowReferenceWithDecay) {
    RmsProp optimizer({0.1, 0.8, 0.9, 1e-3, 0.01});
    const std::vector<float> start = test::wave(7, 0.7, 0.3, 1.0);
    std::vector<float> expected;
    for (std::size_t i = 0; i < 7; ++i) {
        double w = start[i], s = 1.0, v = 0.0;
        const double rates[] = {0.1, 0.05, 0.1, 0.02};
        for (int step = 0; step < 4; ++step) {
            const double g = static_cast<double>(test::wave(7, 0.9, step, 1.0)[i]) + 0.01 * w;
            s += 0.2 * (g * g - s);
            v = 0.9 * v + rates[step] * g / std::sqrt(s + 1e-3);
            w -= v;
        }
        expected.push_back(static_cast<float>(w));
    }
    test::expect_near(test::run_golden_problem(optimizer), expected, 1.2e-6F);  // float32, four steps: 10 eps
}

}  // namespace
}  // namespace hpnas
