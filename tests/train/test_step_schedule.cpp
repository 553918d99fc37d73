#include <gtest/gtest.h>

#include "hpnas/train/step_schedule.hpp"

namespace hpnas {
namespace {

TEST(StepSchedule, DecaysEverySoManyEpochsFromTheStart) {
    const StepSchedule schedule({0.5, 2.0, {}});
    EXPECT_EQ(schedule.factor(0, 9), 1.0);
    EXPECT_EQ(schedule.factor(1.99, 9), 1.0);
    EXPECT_EQ(schedule.factor(2.0, 9), 0.5);
    EXPECT_EQ(schedule.factor(7.0, 9), 0.125);  // floor(7 / 2) = 3
}

// The warm-up (3 epochs) is counted: it rises to the factor valid at its end, 0.97 (GPUNet's constants).
TEST(StepSchedule, WarmupEndsAtTheDecayedFactor) {
    const StepSchedule schedule({0.97, 2.4, {3.0, 0.0}});
    EXPECT_DOUBLE_EQ(schedule.factor(1.5, 450), 0.485);
    EXPECT_DOUBLE_EQ(schedule.factor(3.0, 450), 0.97);
    EXPECT_DOUBLE_EQ(schedule.factor(5.0, 450), 0.97 * 0.97);
}

}  // namespace
}  // namespace hpnas
