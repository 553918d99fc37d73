#include <gtest/gtest.h>

#include "hpnas/train/weight_average.hpp"

namespace hpnas {
namespace {

// By hand, decay 0.25: the ramp (1 + t) / (10 + t) is 2/11, 3/12 = 0.25, 4/13, so d = 2/11, 0.25, 0.25.
// 11 -> value 0: 11 * 2/11 = 2; value 10: 2 + 0.75 * 8 = 8; value 0: 2.
TEST(WeightAverage, FollowsTheRampThenTheDecay) {
    WeightAverage average;
    const std::vector<float> start{11.0F}, zero{0.0F}, ten{10.0F};
    average.start(start, 0.25);
    EXPECT_EQ(average.values()[0], 11.0F);
    average.update(zero);
    EXPECT_NEAR(average.values()[0], 2.0F, 1e-6F);  // 9/11 is rounded to float: 11 * 1e-7
    average.update(ten);
    EXPECT_NEAR(average.values()[0], 8.0F, 1e-6F);
    average.update(zero);
    EXPECT_NEAR(average.values()[0], 2.0F, 1e-6F);
}

TEST(WeightAverage, StartForgets) {
    WeightAverage average;
    average.start(std::vector<float>{1.0F}, 0.5);
    average.update(std::vector<float>{5.0F});
    average.start(std::vector<float>{3.0F, 4.0F}, 0.5);
    EXPECT_EQ(average.values().size(), 2U);
    EXPECT_EQ(average.values()[0], 3.0F);
}

TEST(WeightAverage, RestoredGoesOnWithTheRamp) {
    WeightAverage straight, restored;
    straight.start(std::vector<float>{1.0F}, 0.5);
    straight.update(std::vector<float>{5.0F});
    restored.restore(straight.values(), 0.5, straight.updates());
    for (WeightAverage* average : {&straight, &restored}) average->update(std::vector<float>{9.0F});
    EXPECT_EQ(restored.values()[0], straight.values()[0]);
    EXPECT_EQ(restored.updates(), 2);
}

}  // namespace
}  // namespace hpnas
