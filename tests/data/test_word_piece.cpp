#include <gtest/gtest.h>

#include "hpnas/data/word_piece.hpp"

namespace hpnas {
namespace {

const Vocabulary vocabulary({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "want", "##want", "##ed", "wa", "un", "runn", "##ing",
                             ",", "u", "##\u00e4", "\u00e4"},
                            "v");

std::vector<std::string> cut(const WordPiece& word_pieces, std::string_view text) {
    std::vector<std::string> result;
    for (const Piece& piece : word_pieces.pieces(text)) result.push_back(word_pieces.vocabulary().piece(piece.id));
    return result;
}

// The published examples of WordPiece: "unwanted running" and a word that the vocabulary lacks.
TEST(WordPiece, TakesTheLongestPieceFirst) {
    const WordPiece word_pieces(vocabulary);
    EXPECT_EQ(cut(word_pieces, "unwanted running"),
              (std::vector<std::string>{"un", "##want", "##ed", "runn", "##ing"}));
    EXPECT_EQ(cut(word_pieces, "Wanted, WA"), (std::vector<std::string>{"want", "##ed", ",", "wa"}));
    EXPECT_TRUE(cut(word_pieces, "").empty());
}

TEST(WordPiece, AWordWithAnUnknownPartIsUnknownAsAWhole) {
    const WordPiece word_pieces(vocabulary);
    EXPECT_EQ(cut(word_pieces, "unwantedX running"), (std::vector<std::string>{"[UNK]", "runn", "##ing"}));
    const std::string unbroken = [] {
        std::string text = "un";
        for (int i = 0; i < 66; ++i) text += "ing";
        return text;
    }();
    EXPECT_EQ(cut(word_pieces, unbroken).size(), 67U);                                  // 200 characters
    EXPECT_EQ(cut(word_pieces, unbroken + "ed"), (std::vector<std::string>{"[UNK]"}));  // 202
}

TEST(WordPiece, CaseAndAccentsStayIfSoWished) {
    EXPECT_EQ(cut(WordPiece(vocabulary, false), "u\u00e4"), (std::vector<std::string>{"u", "##\u00e4"}));
    EXPECT_EQ(cut(WordPiece(vocabulary, false), "Want"), (std::vector<std::string>{"[UNK]"}));
    EXPECT_EQ(cut(WordPiece(vocabulary, true), "U\u00e4"), (std::vector<std::string>{"[UNK]"}));  // "ua": no ##a
}

TEST(WordPiece, PiecesKnowTheirBytes) {
    const std::vector<Piece> pieces = WordPiece(vocabulary).pieces(" \u00dcNwanted X");
    ASSERT_EQ(pieces.size(), 4U);
    EXPECT_EQ(pieces[0].begin, 1);  // two bytes for the U with dots
    EXPECT_EQ(pieces[0].end, 4);
    EXPECT_EQ(pieces[2].begin, 8);
    EXPECT_EQ(pieces[2].end, 10);
    EXPECT_EQ(pieces[3].id, 1);
    EXPECT_EQ(pieces[3].begin, 11);
    EXPECT_EQ(pieces[3].end, 12);
}

}  // namespace
}  // namespace hpnas
