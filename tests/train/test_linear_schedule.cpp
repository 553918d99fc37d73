#include <gtest/gtest.h>

#include "hpnas/train/linear_schedule.hpp"

namespace hpnas {
namespace {

TEST(LinearSchedule, IsAStraightLineAfterTheWarmup) {
    const LinearSchedule schedule({0.2, {2.0, 0.0}});
    EXPECT_DOUBLE_EQ(schedule.factor(1, 10), 0.5);
    EXPECT_DOUBLE_EQ(schedule.factor(2, 10), 1.0);
    EXPECT_DOUBLE_EQ(schedule.factor(6, 10), 0.6);
    EXPECT_DOUBLE_EQ(schedule.factor(10, 10), 0.2);
}

TEST(LinearSchedule, NothingButWarmupStaysAtOne) {
    const LinearSchedule schedule({0.0, {2.0, 0.5}});
    EXPECT_DOUBLE_EQ(schedule.factor(0, 2), 0.5);
    EXPECT_DOUBLE_EQ(schedule.factor(2, 2), 1.0);
}

}  // namespace
}  // namespace hpnas
