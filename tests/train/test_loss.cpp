#include <gtest/gtest.h>

#include "hpnas/train/loss.hpp"

namespace hpnas {
namespace {

// Four classes, smoothing 0.2: 0.05 everywhere and 0.8 to share. Row 0: 3/4 to class 1, 1/4 to class 3; row 1: both the
// same.
TEST(MakeTargets, SmoothAndMix) {
    const std::vector<std::int64_t> labels{1, 2}, partners{3, 2};
    const std::vector<float> weights{0.75F, 0.6F};
    std::vector<float> targets(8);
    make_targets({{}, labels, partners, weights, 2}, 0.2, 4, targets);
    const std::vector<float> expected{0.05F, 0.65F, 0.05F, 0.25F, 0.05F, 0.05F, 0.85F, 0.05F};
    for (std::size_t i = 0; i < 8; ++i) EXPECT_NEAR(targets[i], expected[i], 1e-7F);  // eps of values below 1
}

TEST(MakeTargets, PlainLabelsAreOneHot) {
    const std::vector<std::int64_t> labels{0, 2};
    std::vector<float> targets(6);
    make_targets({{}, labels, {}, {}, 2}, 0.0, 3, targets);
    EXPECT_EQ(targets, (std::vector<float>{1, 0, 0, 0, 0, 1}));
}

// In float the 1 would be lost beside 2^24.
TEST(OrderedSum, IsTakenInDouble) { EXPECT_EQ(ordered_sum(std::vector<float>{16777216.0F, 1.0F, 1.0F}), 16777218.0); }

}  // namespace
}  // namespace hpnas
