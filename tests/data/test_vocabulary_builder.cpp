#include <gtest/gtest.h>

#include "data/messages.hpp"
#include "hpnas/data/vocabulary_builder.hpp"
#include "hpnas/data/word_piece.hpp"

namespace hpnas {
namespace {

// By hand. Words: abab x 3, ab x 2, cab x 1. Pieces a b c ##a ##b ##c. Pairs: a ##b 3 + 2 = 5, ##b ##a 3, ##a ##b 3 + 1
// = 4, c ##a 1. First join: ab (5). Then abab = ab ##a ##b: ab ##a 3, ##a ##b 3 + 1 = 4: ##ab. Then ab ##ab 3: abab;
// then c ##ab 1, below the least frequency of 2.
TEST(VocabularyBuilder, JoinsTheMostFrequentPair) {
    const WordCounts counts{{"ab", 2}, {"abab", 3}, {"cab", 1}};
    const std::vector<std::string> special{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
    std::vector<std::string> expected = special;
    for (const char* piece : {"a", "b", "c", "##a", "##b", "##c", "ab", "##ab", "abab"}) expected.emplace_back(piece);
    EXPECT_EQ(build_vocabulary(counts, {.size = 100}, "c").pieces(), expected);
    expected.resize(13);
    EXPECT_EQ(build_vocabulary(counts, {.size = 13}, "c").pieces(), expected);
}

TEST(VocabularyBuilder, RareCharactersAreLeftOut) {
    const WordCounts counts{{"aa", 5}, {"ab", 4}, {"z\u00e9", 1}};  // a 14 times, b 4 times, of 20
    const Vocabulary vocabulary = build_vocabulary(counts, {.size = 100, .coverage = 0.9}, "c");
    EXPECT_TRUE(vocabulary.find("##b"));
    EXPECT_FALSE(vocabulary.find("\u00e9"));
    EXPECT_EQ(build_vocabulary(counts, {.size = 100}, "c").find("##\u00e9").has_value(), true);
}

TEST(VocabularyBuilder, WordsOfKnownCharactersAreNeverUnknown) {
    WordCounts counts;
    count_words("The cat sat on the mat; the rat ran.", true, counts);
    EXPECT_EQ(counts.at("the"), 3);
    EXPECT_EQ(counts.at(";"), 1);
    const WordPiece word_pieces(build_vocabulary(counts, {.size = 60}, "c"));
    for (const Piece& piece : word_pieces.pieces("Hearts; tones. seams")) EXPECT_NE(piece.id, 1);
    EXPECT_EQ(word_pieces.pieces("the").size(), 1U);  // joined: the most frequent word
}

TEST(VocabularyBuilder, WholeWordsByFrequencyWithoutParts) {
    const WordCounts counts{{"once", 1}, {"rat", 2}, {"cat", 2}, {"the", 5}};
    const VocabularyOptions options{.size = 100, .whole_words = true};
    const std::vector<std::string> expected{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "rat"};
    EXPECT_EQ(build_vocabulary(counts, options, "c").pieces(), expected);
    EXPECT_EQ(build_vocabulary(counts, {.size = 7, .whole_words = true}, "c").pieces().back(), "cat");
    EXPECT_THROW(build_vocabulary({{"once", 1}}, options, "c"), DataError);
    const WordPiece word_pieces(build_vocabulary(counts, options, "c"));
    const std::vector<Piece> read = word_pieces.pieces("the once cats");
    ASSERT_EQ(read.size(), 3U);
    EXPECT_EQ(read[0].id, 5);
    EXPECT_EQ(read[1].id, 1);
    EXPECT_EQ(read[2].id, 1);  // "cat" is a piece, "##s" is none
}

TEST(VocabularyBuilder, TooSmallASizeIsRefused) {
    EXPECT_NE(test::message([] {
                  build_vocabulary({{"abc", 1}}, {.size = 10}, "corpus.txt");
              }).find("corpus.txt: expected a vocabulary of at least 11 pieces for its 3 characters, got 10"),
              std::string::npos);
}

}  // namespace
}  // namespace hpnas
