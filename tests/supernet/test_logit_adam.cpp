#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "hpnas/core/error.hpp"
#include "hpnas/supernet/divergence.hpp"
#include "hpnas/supernet/logit_adam.hpp"
#include "supernet/reference.hpp"

namespace hpnas {
namespace {

using reference::expect_near;
using reference::Vector;

LogitAdamOptions constant(double rate) { return {.learning_rate = rate, .learning_rate_end = rate, .weight_decay = 0}; }

// PyTorch 1.13 in float64:
//   x = torch.tensor([0.5, -0.25, 0.0], requires_grad=True)
//   opt = torch.optim.Adam([x], lr=2e-3, betas=(.9, .999), weight_decay=0.1)
//   for t in range(5): x.grad = torch.tensor([1.0 + t, -2.0 + t, 0.1 * t]); opt.step()
TEST(LogitAdam, StepsAsPyTorch) {
    LogitAdamOptions options = constant(2e-3);
    options.weight_decay = 0.1;
    LogitAdam adam(options, 3);
    Vector x{0.5, -0.25, 0};
    for (int t = 0; t < 5; ++t) adam.step(x, Vector{1.0 + t, -2.0 + t, 0.1 * t}, 0);
    expect_near(x, Vector{0.490280080995678, -0.244298877666048, -0.00669185826484982}, 1e-14);
}

TEST(LogitAdam, FirstStepIsTheRateWhateverTheGradient) {
    for (const double g : {1e-3, 1.0, 1e6}) {
        LogitAdam adam(constant(0.01), 2);
        Vector x{1, 1};
        adam.step(x, Vector{g, -g}, 0);
        expect_near(x, Vector{0.99, 1.01}, 1e-6);  // epsilon against the smallest gradient
    }
}

TEST(LogitAdam, RateFallsAlongACosine) {
    EXPECT_DOUBLE_EQ(cosine_between(2e-3, 3e-4, 0), 2e-3);
    EXPECT_NEAR(cosine_between(2e-3, 3e-4, 0.5), 1.15e-3, 1e-18);
    EXPECT_DOUBLE_EQ(cosine_between(2e-3, 3e-4, 1), 3e-4);
    EXPECT_DOUBLE_EQ(cosine_between(2e-3, 3e-4, 7), 3e-4);
    LogitAdam adam({.learning_rate = 1, .learning_rate_end = 0, .weight_decay = 0}, 1);
    Vector x{0};
    adam.step(x, Vector{1}, 1);
    EXPECT_EQ(x[0], 0);
}

TEST(LogitAdam, ResumesExactlyFromItsState) {
    LogitAdam straight({}, 2), first({}, 2), second({}, 2);
    Vector a{0, 1}, b(a);
    for (int t = 0; t < 6; ++t) {
        const Vector g{std::sin(t), std::cos(t)};
        if (t == 3) second.restore(first.state());
        straight.step(a, g, t / 6.0);
        (t < 3 ? first : second).step(b, g, t / 6.0);
    }
    EXPECT_EQ(a, b);
    EXPECT_EQ(straight.state(), second.state());
    EXPECT_THROW(second.restore(Vector(4)), InternalError);
}

TEST(LogitAdam, AGradientThatIsNotFiniteChangesNothing) {
    LogitAdam adam({}, 2);
    Vector x{1, 2};
    const Vector before = adam.state();
    EXPECT_THROW(adam.step(x, Vector{1, std::numeric_limits<double>::infinity()}, 0), DivergenceError);
    EXPECT_EQ(x, (Vector{1, 2}));
    EXPECT_EQ(adam.state(), before);
    EXPECT_THROW(adam.step(x, Vector{1}, 0), InternalError);
}

}  // namespace
}  // namespace hpnas
