#include <gtest/gtest.h>

#include "hpnas/data/answer_score.hpp"

namespace hpnas {
namespace {

using Answers = std::vector<std::string>;

// Worked out by hand from the rules of the evaluation that was published with SQuAD v1.1.
TEST(AnswerScore, NormalisesAsPublished) {
    EXPECT_EQ(normalize_answer("The  Eiffel\tTower!"), "eiffel tower");
    EXPECT_EQ(normalize_answer("a an the"), "");
    EXPECT_EQ(normalize_answer("theatre an-chor A."), "theatre anchor");  // articles are whole words; a dash goes first
    EXPECT_EQ(normalize_answer("U.S.A."), "usa");
    EXPECT_EQ(normalize_answer("$5,000.00"), "500000");
    EXPECT_EQ(normalize_answer("the\u2013end"), "\u2013end");  // an en dash is no ASCII punctuation and bounds a word
    EXPECT_EQ(normalize_answer("x\u2013a\u2013y"), "x\u2013 \u2013y");
    EXPECT_EQ(normalize_answer("\u00c9cole a\u00e9"), "\u00e9cole a\u00e9");
    EXPECT_EQ(normalize_answer("a\u00a0cat"), "cat");  // a no-break space is white space
}

TEST(AnswerScore, ExactMatchTakesAnyAnswer) {
    EXPECT_TRUE(exact_match("the Denver Broncos.", Answers{"Carolina", "Denver Broncos"}));
    EXPECT_FALSE(exact_match("Broncos", Answers{"Denver Broncos"}));
    EXPECT_TRUE(exact_match("the", Answers{""}));  // both normalise to nothing
    EXPECT_FALSE(exact_match("x", {}));
}

TEST(AnswerScore, F1IsTheBestOverAnswers) {
    // "santa clara california" against "santa clara stadium in": 2 common of 3 and 4: 2 * (2/3) (2/4) / (2/3 + 2/4) =
    // 4/7
    EXPECT_DOUBLE_EQ(answer_f1("Santa Clara, California", Answers{"x", "Santa Clara stadium in"}), 4.0 / 7.0);
    EXPECT_DOUBLE_EQ(answer_f1("Santa Clara, California", Answers{"Santa Clara stadium in", "santa clara california"}),
                     1.0);
    // Words count as often as they are there: "no no yes" and "no maybe": 1 common of 3 and 2: 2/5
    EXPECT_DOUBLE_EQ(answer_f1("no no yes", Answers{"no maybe"}), 0.4);
    EXPECT_EQ(answer_f1("the", Answers{"a"}), 0);  // as published: nothing in common, though both are empty
    EXPECT_EQ(answer_f1("left", Answers{"right"}), 0);
}

}  // namespace
}  // namespace hpnas
