#include <gtest/gtest.h>

#include "hpnas/train/cosine_schedule.hpp"

namespace hpnas {
namespace {

// cos(0) = 1, cos(pi / 3) = 1/2, cos(pi / 2) = 0, cos(pi) = -1: factors 1, 3/4, 1/2, 0 at 0, 1/3, 1/2 and 1 of the way.
TEST(CosineSchedule, FollowsItsClosedForm) {
    const CosineSchedule schedule({0.0, {}});
    EXPECT_DOUBLE_EQ(schedule.factor(0, 12), 1.0);
    EXPECT_NEAR(schedule.factor(4, 12), 0.75, 1e-12);  // double rounding of the cosine
    EXPECT_NEAR(schedule.factor(6, 12), 0.5, 1e-12);
    EXPECT_NEAR(schedule.factor(12, 12), 0.0, 1e-12);
}

TEST(CosineSchedule, StartsAfterTheWarmupAndEndsAtItsFinalFactor) {
    const CosineSchedule schedule({0.2, {2.0, 0.0}});
    EXPECT_DOUBLE_EQ(schedule.factor(1, 10), 0.5);  // half way through the warm-up to 1
    EXPECT_NEAR(schedule.factor(2, 10), 1.0, 1e-12);
    EXPECT_NEAR(schedule.factor(6, 10), 0.6, 1e-12);  // half way from 1 to 0.2
    EXPECT_NEAR(schedule.factor(10, 10), 0.2, 1e-12);
}

}  // namespace
}  // namespace hpnas
