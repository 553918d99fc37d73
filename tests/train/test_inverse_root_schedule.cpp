#include <gtest/gtest.h>

#include "hpnas/train/inverse_root_schedule.hpp"

namespace hpnas {
namespace {

TEST(InverseRootSchedule, FallsWithTheRootAfterTheWarmup) {
    const InverseRootSchedule schedule({4.0, 0.0});
    EXPECT_DOUBLE_EQ(schedule.factor(1, 100), 0.25);
    EXPECT_DOUBLE_EQ(schedule.factor(4, 100), 1.0);
    EXPECT_DOUBLE_EQ(schedule.factor(16, 100), 0.5);
    EXPECT_DOUBLE_EQ(schedule.factor(100, 100), 0.2);
}

TEST(InverseRootSchedule, WorksWithoutWarmup) {
    const InverseRootSchedule schedule({0.0, 0.0});
    EXPECT_DOUBLE_EQ(schedule.factor(0, 10), 1.0);
    EXPECT_DOUBLE_EQ(schedule.factor(3, 10), 0.5);
}

}  // namespace
}  // namespace hpnas
