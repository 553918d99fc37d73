#include <gtest/gtest.h>

#include "hpnas/data/task.hpp"

namespace hpnas {
namespace {

TEST(Task, EveryKindHasAName) {
    EXPECT_EQ(kind_of(ImageTask{}), "images");
    EXPECT_EQ(kind_of(TextTask{}), "texts");
    EXPECT_EQ(kind_of(SpanTask{}), "questions");
    EXPECT_EQ(kind_of(SpectrogramTask{}), "recordings");
}

TEST(Task, NotesOfEveryKindAreFound) {
    SpanTask questions;
    questions.notes = {"2 answers left out"};
    const Task task = questions;
    EXPECT_EQ(notes_of(task), questions.notes);
    EXPECT_TRUE(notes_of(Task()).empty());
}

}  // namespace
}  // namespace hpnas
