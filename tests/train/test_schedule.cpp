#include <gtest/gtest.h>

#include "hpnas/train/constant_schedule.hpp"
#include "hpnas/train/schedule.hpp"

namespace hpnas {
namespace {

TEST(Schedule, WarmupRisesLinearly) {
    const ConstantSchedule schedule(WarmupOptions{4.0, 0.2});
    EXPECT_DOUBLE_EQ(schedule.factor(0, 10), 0.2);
    EXPECT_DOUBLE_EQ(schedule.factor(1, 10), 0.4);  // 0.2 + 0.8 / 4
    EXPECT_DOUBLE_EQ(schedule.factor(3, 10), 0.8);
    EXPECT_DOUBLE_EQ(schedule.factor(4, 10), 1.0);
    EXPECT_DOUBLE_EQ(schedule.factor(9.5, 10), 1.0);
}

TEST(Schedule, EveryRegisteredOneStaysWithinZeroAndOne) {
    for (const auto& entry : schedules().entries()) {
        Diagnostics diagnostics;
        const auto schedule = schedules().make(
            parse_yaml("{name: " + entry.name + ", warmup_epochs: 1.5, warmup_start: 0.1}", "test"), "s", diagnostics);
        ASSERT_NE(schedule, nullptr) << entry.name;
        for (double epoch = 0; epoch <= 6.0; epoch += 0.125)  // also past the end
            for (const double epochs : {0.5, 1.5, 5.0}) {
                EXPECT_GE(schedule->factor(epoch, epochs), 0.0) << entry.name;
                EXPECT_LE(schedule->factor(epoch, epochs), 1.0) << entry.name;
            }
    }
}

}  // namespace
}  // namespace hpnas
