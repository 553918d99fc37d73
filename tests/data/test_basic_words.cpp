#include <gtest/gtest.h>

#include "hpnas/data/basic_words.hpp"

namespace hpnas {
namespace {

using Texts = std::vector<std::string>;

Texts words(std::string_view text, bool lower_case = true) {
    Texts result;
    for (const BasicWord& word : basic_words(text, lower_case)) result.push_back(word.text);
    return result;
}

// Expected words are worked out by hand from the rules of BERT's basic tokenizer.
TEST(BasicWords, WhiteSpaceSeparates) {
    EXPECT_EQ(words(" \tHeLLo\nworld\r\n"), (Texts{"hello", "world"}));
    EXPECT_EQ(words("a\u00a0b\u3000c"), (Texts{"a", "b", "c"}));  // category Zs
    EXPECT_EQ(words(" "), Texts{});
    EXPECT_EQ(words(""), Texts{});
}

TEST(BasicWords, PunctuationStandsAlone) {
    EXPECT_EQ(words("unwanted, running."), (Texts{"unwanted", ",", "running", "."}));
    EXPECT_EQ(words("don't"), (Texts{"don", "'", "t"}));
    EXPECT_EQ(words("a$b^c`d~"), (Texts{"a", "$", "b", "^", "c", "`", "d", "~"}));  // ASCII symbols count
    EXPECT_EQ(words("\u00bfqu\u00e9?"), (Texts{"\u00bf", "que", "?"}));             // U+00BF is category Po
    EXPECT_EQ(words("5\u20ac"), (Texts{"5\u20ac"}));  // the euro sign is category Sc: no punctuation
    EXPECT_EQ(words("[SEP]"), (Texts{"[", "sep", "]"}));
}

TEST(BasicWords, AccentsAreStrippedInLowerCaseOnly) {
    EXPECT_EQ(words("H\u00e9llo \u00c4\u00d6\u00fc"), (Texts{"hello", "aou"}));
    EXPECT_EQ(words("H\u00e9llo", false), (Texts{"H\u00e9llo"}));
    EXPECT_EQ(words("e\u0301"), (Texts{"e"}));            // a combining accent
    EXPECT_EQ(words("\u1e69"), (Texts{"s"}));             // two accents
    EXPECT_EQ(words("\u00f8"), (Texts{"\u00f8"}));        // the stroke is no accent: no decomposition
    EXPECT_EQ(words("\uac00"), (Texts{"\u1100\u1161"}));  // NFD takes a hangul syllable apart
}

TEST(BasicWords, LowerCaseIsUnicodes) {
    EXPECT_EQ(words("\u039f\u0394\u039f\u03a3"), (Texts{"\u03bf\u03b4\u03bf\u03c2"}));  // a final sigma
    EXPECT_EQ(words("\u0130"), (Texts{"i"}));  // i and a dot above, which is an accent
    EXPECT_EQ(words("STRASSE \u1e9e"), (Texts{"strasse", "\u00df"}));
}

TEST(BasicWords, IdeographsStandAlone) {
    EXPECT_EQ(words("ah\u535a\u63a8zz"), (Texts{"ah", "\u535a", "\u63a8", "zz"}));
    EXPECT_EQ(words("\u3072\u3089"), (Texts{"\u3072\u3089"}));  // kana stay together
}

TEST(BasicWords, ControlCharactersAndBadBytesAreDropped) {
    EXPECT_EQ(words(std::string("a\0b\x07"
                                "c",
                                5)),
              (Texts{"abc"}));
    EXPECT_EQ(words("a\ufffd\u200b"
                    "b"),
              (Texts{"ab"}));  // U+200B is category Cf
    EXPECT_EQ(words("a\xf0"
                    "b\xff"),
              (Texts{"ab"}));
}

TEST(BasicWords, CharactersKnowTheirBytesInTheSource) {
    const std::string text =
        "  \u00c9t\u00e9, \u0130x";  // bytes: 2-3 E acute, 4 t, 5-6 e acute, 7 comma, 9-10 I dot, 11 x
    const std::vector<BasicWord> found = basic_words(text);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].text, "ete");
    EXPECT_EQ(found[0].begins, (std::vector<std::int32_t>{2, 4, 5}));
    EXPECT_EQ(found[0].ends, (std::vector<std::int32_t>{4, 5, 7}));
    EXPECT_EQ(found[1].begins, (std::vector<std::int32_t>{7}));
    EXPECT_EQ(found[2].text, "ix");  // the dot came and went
    EXPECT_EQ(found[2].begins, (std::vector<std::int32_t>{9, 11}));
    EXPECT_EQ(found[2].offsets, (std::vector<std::int32_t>{0, 1, 2}));
}

TEST(BasicWords, InvalidUtf8IsFound) {
    EXPECT_EQ(find_invalid_utf8("plain \u00e9"), std::string_view::npos);
    EXPECT_EQ(find_invalid_utf8("ab\xe9"), 2U);
    EXPECT_EQ(find_invalid_utf8("\xed\xa0\x80"), 0U);  // a surrogate
}

}  // namespace
}  // namespace hpnas
