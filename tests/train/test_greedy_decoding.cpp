#include <gtest/gtest.h>

#include <algorithm>

#include "hpnas/kernel/engine.hpp"
#include "hpnas/tensor/arena.hpp"
#include "hpnas/train/greedy_decoding.hpp"
#include "train/toy_networks.hpp"
#include "train/toy_speech.hpp"

namespace hpnas {
namespace {

using Spoken = std::vector<std::vector<std::int64_t>>;

class GreedyDecodingTest : public ::testing::Test {
protected:
    kernel::Engine engine_;
    Arena arena_;
    std::vector<std::int64_t> frames_{4, 2};
    SpectrogramBatch batch_ = [this] {
        SpectrogramBatch batch;
        batch.frames = frames_;
        batch.valid = 2;
        return batch;
    }();
};

// One mel per token: frames say blank, 3, 3, 4; the second recording has but two of them.
TEST_F(GreedyDecodingTest, CtcMergesRepetitionsAndStopsAtTheEnd) {
    const Network network = test::frame_by_frame(4, 4);
    Parameters parameters(network);
    test::set(parameters, "fc.weight", {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1});
    Executor executor(network, parameters, {engine_, arena_}, {2, ExecutionMode::inference, false});
    for (std::size_t row = 0; row < 2; ++row)
        for (const auto& [frame, token] : {std::pair{0U, 0U}, {1U, 3U}, {2U, 3U}, {3U, 2U}})
            executor.input()[(row * 4 + frame) * 4 + token] = 1;
    executor.forward();
    EXPECT_EQ(decode_ctc(batch_, {.vocabulary = 4, .frames = 4, .reduced = 4}, executor), (Spoken{{3, 2}, {3}}));
}

// A table of successors: begin (1) -> 3 -> 5 -> 4 -> end (2), whatever the frames are.
TEST_F(GreedyDecodingTest, DecoderReadsItsOwnTokens) {
    const Network network = test::place_and_token(4, 6, 6, false);
    Parameters parameters(network);
    std::vector<float> words(6 * 8, 0.0F), seq(6 * 8, 0.0F);
    for (std::size_t token = 0; token < 6; ++token) words[token * 8 + token] = 1;
    for (const auto& [token, next] : {std::pair{1U, 3U}, {3U, 5U}, {5U, 4U}, {4U, 2U}}) seq[next * 8 + token] = 1;
    test::set(parameters, "words.weight", words);
    test::set(parameters, "seq.weight", seq);
    Executor executor(network, parameters, {engine_, arena_}, {2, ExecutionMode::inference, false});
    SpeechOutputs outputs{.vocabulary = 6, .frames = 4, .tokens = 6};
    EXPECT_EQ(decode_by_decoder(batch_, outputs, executor), (Spoken{{3, 5, 4}, {3, 5, 4}}));
    EXPECT_EQ(std::vector<float>(executor.input(1).begin(), executor.input(1).begin() + 6),
              (std::vector<float>{1, 3, 5, 4, 0, 0}));
}

}  // namespace
}  // namespace hpnas
