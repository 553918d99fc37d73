#include <gtest/gtest.h>

#include "hpnas/data/ctc_decode.hpp"

namespace hpnas {
namespace {

/// Logits whose largest value in each frame is that of the given token.
std::vector<float> frames(const std::vector<std::int64_t>& path) {
    std::vector<float> logits;
    for (const std::int64_t token : path)
        for (std::int64_t k = 0; k < 4; ++k) logits.push_back(k == token ? 1.5F : -0.25F * static_cast<float>(k));
    return logits;
}

// B(a - a b -) = B(- a a - - a b b) = a a b, the examples of Graves et al., section 3.1; - is the blank, 0.
TEST(CtcDecode, MergesRepetitionsAndDropsBlanks) {
    const std::vector<std::int64_t> aab{1, 1, 2};
    EXPECT_EQ(ctc_greedy(frames({1, 0, 1, 2, 0}), 4), aab);
    EXPECT_EQ(ctc_greedy(frames({0, 1, 1, 0, 0, 1, 2, 2}), 4), aab);
    EXPECT_EQ(ctc_greedy(frames({1, 1, 1}), 4), (std::vector<std::int64_t>{1}));
    EXPECT_TRUE(ctc_greedy(frames({0, 0}), 4).empty());
    EXPECT_TRUE(ctc_greedy({}, 4).empty());
}

TEST(CtcDecode, TheBlankMayBeAnyToken) {
    EXPECT_EQ(ctc_greedy(frames({3, 0, 3, 0, 1}), 4, 3), (std::vector<std::int64_t>{0, 0, 1}));
}

TEST(CtcDecode, TiesGoToTheSmallerToken) {
    EXPECT_EQ(ctc_greedy(std::vector<float>{0, 2, 2, 1}, 4), (std::vector<std::int64_t>{1}));
}

}  // namespace
}  // namespace hpnas
