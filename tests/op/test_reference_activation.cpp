#include <gtest/gtest.h>

#include <cmath>

#include "../../src/op/reference_activation.hpp"

namespace hpnas {
namespace {

TEST(ReferenceActivation, GeluMatchesTheNormalDistribution) {
    // Phi(1) = 0.841344746068543 (tables); gelu'(x) = Phi(x) + x phi(x), phi(1) = 0.241970724519143
    const auto value = reference_activation(Activation::gelu, {0, 1});
    EXPECT_EQ(value[0], 0);
    EXPECT_NEAR(value[1], 0.841344746068543, 1e-14);
    const auto slope = reference_activation_gradient(Activation::gelu, {0, 1}, {1, 2});
    EXPECT_NEAR(slope[0], 0.5, 1e-15);
    EXPECT_NEAR(slope[1], 2 * (0.841344746068543 + 0.241970724519143), 1e-13);
}

TEST(ReferenceActivation, NoneIsTheIdentity) {
    EXPECT_EQ(reference_activation(Activation::none, {-1, 2}), (std::vector<double>{-1, 2}));
    EXPECT_EQ(reference_activation_gradient(Activation::none, {-1, 2}, {3, 4}), (std::vector<double>{3, 4}));
}

}  // namespace
}  // namespace hpnas
