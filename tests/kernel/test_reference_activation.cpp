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
    for (const auto kind :
         {Activation::none, Activation::relu, Activation::swish, Activation::sigmoid, Activation::gelu})
        expect_gradient([&](const Values& x) { return dot(activation_forward(kind, x), diff_dst); }, src,
                        activation_backward(kind, src, diff_dst), "diff_src");
    EXPECT_EQ(activation_derivative(Activation::relu, 0.0), 0.0);
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
