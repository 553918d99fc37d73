#include <gtest/gtest.h>

#include <cmath>

#include "data/toy_recordings.hpp"

namespace hpnas {
namespace {

TEST(SpectrogramSet, KnowsItsRecordings) {
    const auto set = test::toy_recordings(3);
    EXPECT_EQ(set->size(), 3);
    EXPECT_EQ(set->n_frames(1), 3);
    EXPECT_EQ(set->recording(1)[3], 110.0F);
    EXPECT_EQ(set->target(0).size(), 1U);
    EXPECT_EQ(set->target(1)[1], 2);
}

// Recordings 0 and 1: mel 0 holds 0 10 100 110 120: mean 68, variance 36,600 / 5 - 68^2 = 2,696.
TEST(SpectrogramSet, IsMeasuredByMel) {
    const Normalization found = measure_normalization({test::toy_recordings(3), {0, 1}});
    ASSERT_EQ(found.mean.size(), 3U);
    EXPECT_FLOAT_EQ(found.mean[0], 68);
    EXPECT_FLOAT_EQ(found.mean[2], 70);
    EXPECT_FLOAT_EQ(found.deviation[0], std::sqrt(2696.0F));
    auto constant = std::make_shared<SpectrogramSet>(*test::toy_recordings(1));
    constant->features.assign(6, 5.0F);
    EXPECT_EQ(measure_normalization(all_of(std::shared_ptr<const SpectrogramSet>(constant))).deviation,
              (std::vector<float>{1, 1, 1}));
}

TEST(SpectrogramSet, HashTellsSetsApart) {
    SpectrogramSet other = *test::toy_recordings(3);
    EXPECT_EQ(test::toy_recordings(3)->hash(), other.hash());
    other.targets[0] = 1;
    EXPECT_NE(test::toy_recordings(3)->hash(), other.hash());
}

}  // namespace
}  // namespace hpnas
