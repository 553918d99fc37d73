#include <gtest/gtest.h>

#include "data/messages.hpp"
#include "hpnas/data/spectrogram_task.hpp"

namespace hpnas {
namespace {

/// n recordings of 800 * (1 + i) samples at 8 kHz, classes in turn.
RecordingParts toy(std::int64_t n, float loudness = 0.5F) {
    RecordingParts parts;
    parts.train.classes = parts.test.classes = parts.validation.classes = {"a", "b"};
    parts.train.rate = 8000;
    parts.train.source = "toy";
    for (std::int64_t i = 0; i < n; ++i) {
        std::vector<float> wave(static_cast<std::size_t>(800 * (1 + i)));
        for (std::size_t k = 0; k < wave.size(); ++k) wave[k] = loudness * (k % 7 < 3 ? 1.0F : -1.0F);
        parts.train.append(std::move(wave), {i % 2}, "toy " + std::to_string(i));
    }
    return parts;
}

SpectrogramTaskOptions options() {
    SpectrogramTaskOptions result;
    result.features.rate = 8000;
    result.features.mels = 10;
    return result;
}

TEST(SpectrogramTaskMaker, HoldsOutAndMeasuresTheTrainingPart) {
    const SpectrogramTask task = make_spectrogram_task(toy(8), options(), {.validation_fraction = 0.25});
    EXPECT_EQ(task.train.size(), 6);
    EXPECT_EQ(task.validation.size(), 2);
    EXPECT_EQ(task.test.size(), 0);
    EXPECT_EQ(task.mels(), 10);
    EXPECT_EQ(task.vocabulary(), 5);
    EXPECT_EQ(task.tokens, 2);
    EXPECT_EQ(task.normalization.mean, measure_normalization(task.train).mean);
    EXPECT_NE(task.normalization.mean, measure_normalization(all_of(task.train.set)).mean);
    const std::int64_t longest = task.train.set->n_frames(task.train.indices.back());
    EXPECT_EQ(task.frames, longest);
}

TEST(SpectrogramTaskMaker, SilenceIsLeftOutAndCounted) {
    RecordingParts parts = toy(6);
    parts.train.samples[3].assign(800, 0.0009F);  // -60.9 dB
    const SpectrogramTask task = make_spectrogram_task(parts, options(), {.validation_images = 1});
    EXPECT_EQ(task.train.size() + task.validation.size(), 5);
    ASSERT_FALSE(task.notes.empty());
    EXPECT_EQ(task.notes[0], "1 silent recordings were left out, the first: toy 3");
    EXPECT_NE(
        test::message([] { make_spectrogram_task(toy(4, 0.0F), options(), {}); }).find("toy: expected recordings"),
        std::string::npos);
}

TEST(SpectrogramTaskMaker, CutsAndUnseenClassesAreNoted) {
    RecordingParts parts = toy(4);
    parts.validation = parts.train;
    for (auto& target : parts.train.targets) target = {0};
    SpectrogramTaskOptions wanted = options();
    wanted.frames = 21;  // 1 + 1600 / 80: recordings 2 and 3 are longer
    const SpectrogramTask task = make_spectrogram_task(parts, wanted, {});
    EXPECT_EQ(task.train.size(), 4);
    EXPECT_EQ(task.frames, 21);
    EXPECT_EQ(task.notes, (std::vector<std::string>{"4 of 8 recordings are cut at 21 frames",
                                                    "the class 'b' is never seen in training"}));
}

}  // namespace
}  // namespace hpnas
