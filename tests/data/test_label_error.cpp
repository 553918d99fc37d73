#include <gtest/gtest.h>

#include "hpnas/data/label_error.hpp"

namespace hpnas {
namespace {

using Labels = std::vector<std::int64_t>;

/// From a text, one label per character.
Labels of(const std::string& text) { return Labels(text.begin(), text.end()); }

// Well-known distances: kitten/sitting 3, Saturday/Sunday 3, flaw/lawn 2.
TEST(EditDistance, OfTextbooks) {
    EXPECT_EQ(edit_distance(of("kitten"), of("sitting")), 3);
    EXPECT_EQ(edit_distance(of("Saturday"), of("Sunday")), 3);
    EXPECT_EQ(edit_distance(of("flaw"), of("lawn")), 2);
    EXPECT_EQ(edit_distance(of("abc"), of("abc")), 0);
    EXPECT_EQ(edit_distance(of(""), of("abc")), 3);
    EXPECT_EQ(edit_distance(of("abc"), of("")), 3);
}

TEST(LabelError, CountsEditsOverWhatWasSaid) {
    LabelError error;
    error.add(Labels{1, 2, 3, 4}, Labels{1, 2, 4});  // one deletion
    error.add(Labels{5, 5}, Labels{5, 5});
    error.add(Labels{7}, Labels{8, 9});  // one substitution, one insertion
    EXPECT_EQ(error.edits, 3);
    EXPECT_EQ(error.labels, 7);
    EXPECT_DOUBLE_EQ(error.percent(), 300.0 / 7.0);
    EXPECT_DOUBLE_EQ(error.wrong_percent(), 200.0 / 3.0);
}

}  // namespace
}  // namespace hpnas
