#include <gtest/gtest.h>

#include "data/messages.hpp"
#include "hpnas/data/span_windows.hpp"

namespace hpnas {
namespace {

const WordPiece letters(Vocabulary({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "q", "a", "b", "c", "d", "e", "f", "##x"},
                                   "v"));

/// Context of seven pieces a b c dx e f (d and ##x are two), answer "dx e".
SquadFile toy() {
    SquadFile file;
    file.contexts = {"a b c dx e f"};
    file.articles = {0};
    file.n_articles = 1;
    file.questions = {{"id", "q q q", 0, {"dx e"}, 6}};
    file.source = "toy";
    return file;
}

std::vector<std::int32_t> sequence(const SpanSet& set, std::int64_t i) {
    return {set.sequences[i].begin(), set.sequences[i].end()};
}

TEST(SpanWindows, OneWindowHoldsAShortContext) {
    const SpanSet set = make_windows(toy(), letters, {.sequence = 20, .stride = 4, .question = 2});
    ASSERT_EQ(set.size(), 1);
    EXPECT_EQ(sequence(set, 0),
              (std::vector<std::int32_t>{2, 4, 4, 3, 5, 6, 7, 8, 11, 9, 10, 3}));  // the third q is cut
    EXPECT_EQ(set.sequences.second[0], 4);
    EXPECT_EQ(set.windows[0].begin, 7);
    EXPECT_EQ(set.windows[0].end, 9);
    EXPECT_EQ(set.text(0, 7, 9), "dx e");
    EXPECT_EQ(set.text(0, 8, 8), "x");
    EXPECT_EQ(set.text(0, 4, 10), "a b c dx e f");
}

// Room for 4 pieces, stride 2: a b c d | c d x e | x e f. The answer d x e is whole in the second only.
TEST(SpanWindows, ALongContextIsCutIntoOverlappingWindows) {
    const SpanSet set = make_windows(toy(), letters, {.sequence = 8, .stride = 2, .question = 1});
    ASSERT_EQ(set.size(), 3);
    EXPECT_EQ(set.questions[0].n_windows, 3);
    EXPECT_EQ(sequence(set, 0), (std::vector<std::int32_t>{2, 4, 3, 5, 6, 7, 8, 3}));
    EXPECT_EQ(sequence(set, 1), (std::vector<std::int32_t>{2, 4, 3, 7, 8, 11, 9, 3}));
    EXPECT_EQ(sequence(set, 2), (std::vector<std::int32_t>{2, 4, 3, 11, 9, 10, 3}));
    EXPECT_EQ(set.windows[0].begin, 0);
    EXPECT_EQ(set.windows[0].end, 0);
    EXPECT_EQ(set.windows[1].begin, 4);
    EXPECT_EQ(set.windows[1].end, 6);
    EXPECT_EQ(set.windows[2].begin, 0);
    EXPECT_EQ(set.text(1, 4, 6), "dx e");
    EXPECT_EQ(set.text(2, 4, 5), "e f");
}

TEST(SpanWindows, EveryPieceIsInSomeWindowWhateverTheStride) {
    for (std::int64_t stride = 1; stride < 9; ++stride) {
        const SpanSet set = make_windows(toy(), letters, {.sequence = 7, .stride = stride, .question = 1});
        std::vector<bool> seen(7);
        for (const SpanSet::Window& window : set.windows)
            for (std::int64_t i = 0; i < window.n_pieces; ++i)
                seen[static_cast<std::size_t>(window.first_piece + i)] = true;
        EXPECT_EQ(seen, std::vector<bool>(7, true)) << stride;
    }
}

TEST(SpanWindows, AnAnswerThatIsNotThereIsNowhere) {
    SquadFile file = toy();
    file.questions[0].answer_begin = -1;
    const SpanSet set = make_windows(file, letters, {.sequence = 20, .stride = 4, .question = 2});
    EXPECT_EQ(set.windows[0].begin, 0);
    EXPECT_EQ(set.windows[0].end, 0);
}

TEST(SpanWindows, AnAnswerInsideAPieceIsThePiece) {
    SquadFile file = toy();
    file.questions[0].answers = {"x"};
    file.questions[0].answer_begin = 7;
    const SpanSet set = make_windows(file, letters, {.sequence = 20, .stride = 4, .question = 2});
    EXPECT_EQ(set.windows[0].begin, 8);
    EXPECT_EQ(set.windows[0].end, 8);
}

TEST(SpanWindows, NoRoomForTheContextIsRefused) {
    EXPECT_NE(test::message([] {
                  make_windows(toy(), letters, {.sequence = 6, .stride = 2, .question = 3});
              }).find("toy: question id: expected a sequence longer than 6 tokens, got 6"),
              std::string::npos);
}

}  // namespace
}  // namespace hpnas
