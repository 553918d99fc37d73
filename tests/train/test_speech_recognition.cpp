#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/core/error.hpp"
#include "hpnas/train/speech_recognition.hpp"
#include "train/toy_speech.hpp"
#include "train/train_task.hpp"

namespace hpnas {
namespace {

TrainingOptions unmasked() {
    TrainingOptions options;
    options.spec_augment.mel_masks = options.spec_augment.time_masks = 0;
    return options;
}

constexpr std::int64_t vocabulary = 6;  // three special tokens, three classes

TEST(SpeechRecognition, LearnsSequencesByCtc) {
    const SpeechRecognition task(test::toy_speech(80, 3), unmasked());
    const auto [before, after] = test::train_task(task, test::frame_by_frame(12, vocabulary), 40, 0.05, 10);
    EXPECT_GT(before[1], 60.0);
    EXPECT_LT(after[1], 2.0);
    EXPECT_LT(after[0], 0.3 * before[0]);
}

// Weights 0: every token has probability 1/6. CTC of 4 frames and one label x: ways x, or x between blanks, with the
// label's run anywhere: 4 * 5 / 2 = 10 of 6^4.
TEST(SpeechRecognition, CtcLossByHand) {
    const SpeechRecognition task(test::toy_speech(10, 2), unmasked());
    const Network network = test::frame_by_frame(8, vocabulary);
    kernel::Engine engine;
    Arena arena;
    Parameters parameters(network);
    SpectrogramTask one = test::toy_speech(10, 2);
    one.validation.indices = {0};  // one label, 4 frames
    const auto metrics = judge_weights(SpeechRecognition(one, unmasked()), network, parameters.all(), {engine, arena},
                                       {.split = DataSplit::validation, .batch = 2});
    EXPECT_NEAR(metrics[0], -std::log(10.0 / 1296.0), 1e-6);
    EXPECT_EQ(metrics[1], 100.0);  // all blank: one deletion
    EXPECT_EQ(metrics[2], 100.0);
}

// A decoder that ignores the frames: -log of 1/6 per token, the end included; S = 3: label, end.
TEST(SpeechRecognition, DecoderLossByHandAndTheirMixture) {
    kernel::Engine engine;
    Arena arena;
    SpectrogramTask one = test::toy_speech(10, 2);
    one.validation.indices = {0};
    const auto loss = [&](bool ctc) {
        const Network network = test::place_and_token(8, 3, vocabulary, ctc);
        Parameters parameters(network);
        return judge_weights(SpeechRecognition(one, unmasked()), network, parameters.all(), {engine, arena},
                             {.split = DataSplit::validation, .batch = 2})[0];
    };
    const double decoder = 2 * std::log(6.0);
    EXPECT_NEAR(loss(false), decoder, 1e-5);
    EXPECT_NEAR(loss(true), 0.3 * -std::log(10.0 / 1296.0) + 0.7 * decoder, 1e-5);
}

TEST(SpeechRecognition, GradientMatchesFiniteDifferences) {
    const SpeechRecognition task(test::toy_speech(8, 2), unmasked());
    const Network network = test::place_and_token(8, 3, vocabulary, true);
    kernel::Engine engine;
    Arena arena;
    Parameters parameters(network);
    parameters.initialize(3);
    Executor executor(network, parameters, {engine, arena}, {4, ExecutionMode::training, false});
    const auto batches = task.training_batches(network, 4, 2);
    const auto loss = [&] {
        batches->load(0, 0, executor);
        executor.forward();
        return batches->loss(executor, 1.0);
    };
    loss();
    executor.backward();
    const std::vector<float> gradient(executor.gradients().begin(), executor.gradients().end());
    for (std::size_t i = 0; i < gradient.size(); i += 5) {
        constexpr float h = 1.0F / 64;
        const float kept = parameters.all()[i];
        parameters.all()[i] = kept + h;
        const double up = loss();
        parameters.all()[i] = kept - h;
        const double down = loss();
        parameters.all()[i] = kept;
        EXPECT_NEAR(gradient[i], (up - down) / (2 * static_cast<double>(h)), 1e-3) << i;  // h^2 and float32 losses / h
    }
}

TEST(SpeechRecognition, RefusesOtherNetworks) {
    const SpeechRecognition task(test::toy_speech(8, 2), unmasked());
    EXPECT_NO_THROW(task.check(test::frame_by_frame(8, vocabulary)));
    EXPECT_NO_THROW(task.check(test::place_and_token(8, 3, vocabulary, true)));
    EXPECT_THROW(task.check(test::frame_by_frame(8, 5)), ShapeError);
    EXPECT_THROW(task.check(test::mean_of_frames(8, vocabulary)), ShapeError);
}

}  // namespace
}  // namespace hpnas
