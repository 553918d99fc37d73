#include <gtest/gtest.h>

#include "hpnas/data/span_set.hpp"

namespace hpnas {
namespace {

SpanSet small() {
    SpanSet set;
    set.contexts = {"red fox", "blue \u00f6l"};
    set.questions = {{"a", "q", 0, {"fox"}, 0, 1}, {"b", "q", 1, {"\u00f6l"}, 1, 1}};
    set.pieces = {{0, 3}, {4, 7}, {0, 4}, {5, 8}};
    set.windows = {{0, 3, 2, 0, 4, 4}, {1, 3, 2, 2, 4, 4}};
    for (int i = 0; i < 2; ++i) set.sequences.append(std::vector<std::int32_t>{2, 9, 3, 5, 6, 3}, 3);
    return set;
}

TEST(SpanSet, TextIsThatOfTheContextAsWritten) {
    const SpanSet set = small();
    EXPECT_EQ(set.text(0, 4, 4), "fox");
    EXPECT_EQ(set.text(1, 3, 4), "blue \u00f6l");
    EXPECT_EQ(set.text(1, 4, 4), "\u00f6l");
}

TEST(SpanSet, HashTellsSetsApart) {
    SpanSet other = small();
    EXPECT_EQ(small().hash(), other.hash());
    other.windows[1].end = 3;
    EXPECT_NE(small().hash(), other.hash());
}

}  // namespace
}  // namespace hpnas
