#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/train/recording_classification.hpp"
#include "train/toy_speech.hpp"
#include "train/toy_texts.hpp"
#include "train/train_task.hpp"

namespace hpnas {
namespace {

TrainingOptions unmasked() {
    TrainingOptions options;
    options.spec_augment.mel_masks = options.spec_augment.time_masks = 0;
    return options;
}

TEST(RecordingClassification, LearnsWhichMelIsLoud) {
    const RecordingClassification task(test::toy_speech(60, 1), unmasked());
    const auto [before, after] = test::train_task(task, test::mean_of_frames(4, 3), 20, 0.05, 10);
    EXPECT_LT(before[1], 90.0);
    EXPECT_EQ(after[1], 100.0);
    EXPECT_LT(after[0], before[0]);
}

TEST(RecordingClassification, MasksChangeTrainingAlone) {
    TrainingOptions masked;
    masked.spec_augment = {.mel_masks = 1, .mel_width = 3, .time_masks = 1, .time_width = 2, .time_fraction = 1};
    const RecordingClassification plain(test::toy_speech(40, 1), unmasked()), changed(test::toy_speech(40, 1), masked);
    const Network network = test::mean_of_frames(4, 3);
    kernel::Engine engine;
    Arena arena;
    Parameters parameters(network);
    parameters.initialize(1);
    Executor executor(network, parameters, {engine, arena}, {20, ExecutionMode::training, false});
    const auto inputs = [&](const RecordingClassification& task) {
        const auto batches = task.training_batches(network, 20, 3);
        batches->load(0, 0, executor);
        return std::vector<float>(executor.input().begin(), executor.input().end());
    };
    EXPECT_NE(inputs(plain), inputs(changed));
    const AssessmentOptions all{.split = DataSplit::validation, .batch = 8};
    EXPECT_EQ(judge_weights(plain, network, parameters.all(), {engine, arena}, all),
              judge_weights(changed, network, parameters.all(), {engine, arena}, all));
}

TEST(RecordingClassification, RefusesOtherNetworks) {
    const RecordingClassification task(test::toy_speech(8, 1), unmasked());
    EXPECT_NO_THROW(task.check(test::mean_of_frames(9, 3)));
    EXPECT_THROW(task.check(test::mean_of_frames(4, 4)), ShapeError);
    EXPECT_THROW(task.check(test::frame_by_frame(4, 3)), ShapeError);
    EXPECT_THROW(task.check(test::bag_of_words(4, 9, 3)), ShapeError);
}

}  // namespace
}  // namespace hpnas
