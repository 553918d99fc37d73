#include <gtest/gtest.h>

#include "eval/tiny.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/eval/score_data.hpp"

namespace hpnas {
namespace {

TEST(ScoreData, GivesTheSameImagesEveryTimeAndOthersToOtherRepeats) {
    const ImageTask task = test::brightness_task();
    const ScoreData data(task);
    const ScoreBatch first = data(0, {8, 8, 3}, 4);
    ASSERT_EQ(first.inputs.size(), 4U * 8 * 8 * 3);
    for (std::int64_t i = 0; i < 4; ++i) EXPECT_EQ(first.labels[static_cast<std::size_t>(i)], task.train.label(i));
    // The first pixel, normalised.
    EXPECT_NEAR(first.inputs[0],
                (task.train.image(0)[0] - task.normalization.mean[0]) / task.normalization.deviation[0], 1e-5);
    EXPECT_EQ(data(0, {8, 8, 3}, 4).inputs, first.inputs);
    EXPECT_NE(data(1, {8, 8, 3}, 4).inputs, first.inputs);
    EXPECT_EQ(data(0, {16, 16, 3}, 4).inputs.size(), 4U * 16 * 16 * 3);  // at the network's resolution
}

TEST(ScoreData, RefusesNetworksAndBatchesThatTheImagesDoNotFit) {
    const ScoreData data(test::brightness_task());
    EXPECT_THROW(data(0, {8, 8, 1}, 4), DataError);
    EXPECT_THROW(data(0, {128}, 4), DataError);
    EXPECT_THROW(data(1, {8, 8, 3}, 40), DataError);  // 48 training images
}

}  // namespace
}  // namespace hpnas
