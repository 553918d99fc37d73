#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/data/normalization.hpp"

namespace hpnas {
namespace {

// Two pixels per image, three channels. Over images 0 and 2: channel 0 has 0, 2, 4, 6 (mean 3, variance 5), channel 1
// is 9 throughout (deviation defined as 1), channel 2 has 0, 255, 0, 255 (mean and deviation 127.5).
TEST(Normalization, MatchesHandComputedStatisticsOfTheSubset) {
    auto set = std::make_shared<ImageSet>();
    set->shape = Shape{1, 2, 3};
    set->classes = {"only"};
    set->labels = {0, 0, 0};
    set->pixels = {0, 9, 0, 2, 9, 255, 77, 77, 77, 77, 77, 77, 4, 9, 0, 6, 9, 255};
    const Normalization result = measure_normalization({set, {0, 2}});
    EXPECT_EQ(result.mean, (std::vector<float>{3.0F, 9.0F, 127.5F}));
    EXPECT_EQ(result.deviation, (std::vector<float>{std::sqrt(5.0F), 1.0F, 127.5F}));
}

}  // namespace
}  // namespace hpnas
