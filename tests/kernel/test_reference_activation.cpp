#include <cmath>

#include "kernel/gradient_check.hpp"

namespace hpnas::kernel::reference {
namespace {

TEST(ReferenceActivation, ValuesMatchClosedForms) {
    const double ln3 = std::log(3.0);
    EXPECT_EQ(activation(Activation::none, -2.5), -2.5);
    EXPECT_EQ(activation(Activation::relu, -2.5), 0.0);
    EXPECT_EQ(activation(Activation::relu, 2.5), 2.5);
    EXPECT_NEAR(activation(Activation::sigmoid, ln3), 0.75, 1e-15);        // 1 / (1 + 1/3)
    EXPECT_NEAR(activation(Activation::swish, -ln3), -0.25 * ln3, 1e-15);  // 1 / (1 + 3)
    EXPECT_NEAR(activation(Activation::gelu, 1.0), 0.841344746068543,
                1e-15);  // Phi(1), tables of the normal distribution
    EXPECT_NEAR(activation(Activation::gelu, -2.0), -2 * 0.022750131948179, 1e-15);  // Phi(-2)
}

TEST(ReferenceActivation, DerivativesMatchFiniteDifferences) {
    const Values src{-8.0, -2.3, -0.7, -0.01, 0.02, 0.5, 1.3, 3.0, 9.0};  // no point within a step of relu's kink
    const Values diff_dst = random_values(9, 1);
    for (const auto kind : {Activation::none, Activation::relu, Activation::swish, Activation::sigmoid,
                            Activation::gelu, Activation::tanh, Activation::leaky_relu, Activation::relu6})
        expect_gradient([&](const Values& x) { return dot(activation_forward(kind, x), diff_dst); }, src,
                        activation_backward(kind, src, diff_dst), "diff_src");
    EXPECT_EQ(activation_derivative(Activation::relu, 0.0), 0.0);
}

/// Printed by golden_transformer.py with PyTorch 1.13 for -3, -1, -0.1, 0.5, 2, to twelve digits.
TEST(ReferenceActivation, GeluTanhAndLeakyReluArePyTorchs) {
    const auto expect = [](Activation kind, const Values& values, const Values& derivatives) {
        const Values src{-3, -1, -0.1, 0.5, 2};
        for (std::size_t i = 0; i < src.size(); ++i) {
            EXPECT_NEAR(activation(kind, src[i]), values[i], 1e-11);
            EXPECT_NEAR(activation_derivative(kind, src[i]), derivatives[i], 1e-11);
        }
    };
    expect(Activation::gelu, {-0.00404969409489, -0.158655253931, -0.0460172162723, 0.345731230637, 1.9544997361},
           {-0.0119456472042, -0.0833154705877, 0.420476907975, 0.867495124656, 1.08523180108});
    expect(Activation::tanh, {-0.995054753687, -0.761594155956, -0.099667994625, 0.46211715726, 0.964027580076},
           {0.00986603716544, 0.419974341614, 0.990066290847, 0.786447732966, 0.0706508248532});
    expect(Activation::leaky_relu, {-0.03, -0.01, -0.001, 0.5, 2}, {0.01, 0.01, 0.01, 1, 1});
}

TEST(ReferenceActivation, CrossEntropyMatchesAHandCalculation) {
    const Values logits{0.0, std::log(3.0), 1.0, 1.0};  // softmax 1/4, 3/4 and 1/2, 1/2
    const Values targets{0.0, 1.0, 0.9, 0.1};
    const Values loss = cross_entropy(logits, targets, 2, 2);
    EXPECT_NEAR(loss[0], -std::log(0.75), 1e-15);
    EXPECT_NEAR(loss[1], std::log(2.0), 1e-15);
    const Values diff = cross_entropy_backward(logits, targets, 2, 2);  // softmax - targets
    const Values expected{0.25, -0.25, -0.4, 0.4};
    for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(diff[i], expected[i], 1e-15);
}

TEST(ReferenceActivation, CrossEntropyGradientMatchesFiniteDifferencesAlsoForTargetsThatDoNotSumToOne) {
    Values targets = random_values(15, 2);
    for (double& t : targets) t = std::abs(t);
    const Values logits = random_values(15, 3), ones(3, 1.0);
    expect_gradient([&](const Values& x) { return dot(cross_entropy(x, targets, 3, 5), ones); }, logits,
                    cross_entropy_backward(logits, targets, 3, 5), "diff_logits");
}

}  // namespace
}  // namespace hpnas::kernel::reference
