#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/train/token_loss.hpp"

namespace hpnas {
namespace {

// Logits (0, ln 2): probabilities 1/3 and 2/3; a row that does not count has neither loss nor gradient.
TEST(TokenLoss, RowsThatDoNotCountAreNothing) {
    const float two = static_cast<float>(std::log(2.0));
    const std::vector<float> logits{0, two, 5, 5, 0, two};
    const std::vector<std::int64_t> labels{1, -1, 0};
    std::vector<float> diff(6, 9.0F);
    TokenLoss loss;
    const auto losses = loss({logits.data(), labels, 2, diff.data(), 0.5});
    EXPECT_NEAR(losses[0], std::log(1.5), 1e-6);
    EXPECT_EQ(losses[1], 0.0F);
    EXPECT_NEAR(losses[2], std::log(3.0), 1e-6);
    const std::vector<double> expected{1.0 / 6, -1.0 / 6, 0, 0, -1.0 / 3, 1.0 / 3};
    for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(diff[i], expected[i], 1e-6) << i;
}

// Smoothing 0.2 over two classes: targets 0.9 and 0.1.
TEST(TokenLoss, SmoothsTheTargets) {
    const float two = static_cast<float>(std::log(2.0));
    const std::vector<float> logits{0, two};
    const std::vector<std::int64_t> labels{1};
    TokenLoss loss(0.2);
    EXPECT_NEAR(loss({logits.data(), labels, 2})[0], 0.9 * std::log(1.5) + 0.1 * std::log(3.0), 1e-6);
}

TEST(TokenLoss, RefusesUnknownClasses) {
    const std::vector<float> logits{0, 0};
    const std::vector<std::int64_t> labels{2};
    TokenLoss loss;
    EXPECT_THROW(loss({logits.data(), labels, 2}), ShapeError);
}

}  // namespace
}  // namespace hpnas
