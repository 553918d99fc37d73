#include <gtest/gtest.h>

#include "hpnas/train/sequence_loss.hpp"

namespace hpnas {
namespace {

// Two layers of stride 2 that round up make 25 frames of 97 to 100, 24 of 96.
TEST(SpeechOutputs, FramesShrinkAsTheNetworkShrinksThem) {
    const SpeechOutputs outputs{.frames = 100, .reduced = 25};
    EXPECT_EQ(outputs.reduced_frames(100), 25);
    EXPECT_EQ(outputs.reduced_frames(97), 25);
    EXPECT_EQ(outputs.reduced_frames(96), 24);
    EXPECT_EQ(outputs.reduced_frames(1), 1);
}

TEST(SpeechOutputs, ShareOfCtcFollowsWhatThereIs) {
    EXPECT_EQ((SpeechOutputs{.reduced = 5}).ctc_share(), 1.0);
    EXPECT_EQ((SpeechOutputs{.tokens = 5}).ctc_share(), 0.0);
    EXPECT_EQ((SpeechOutputs{.reduced = 5, .tokens = 5, .ctc_weight = 0.4}).ctc_share(), 0.4);
    EXPECT_EQ((SpeechOutputs{.reduced = 5, .tokens = 5}).ctc_output(), 1U);
    EXPECT_EQ((SpeechOutputs{.reduced = 5}).ctc_output(), 0U);
}

}  // namespace
}  // namespace hpnas
