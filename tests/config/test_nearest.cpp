#include <gtest/gtest.h>

#include <array>

#include "hpnas/config/nearest.hpp"

namespace hpnas {
namespace {

TEST(EditDistance, CountsTheStepsOfKnownPairs) {
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);  // the textbook pair: two substitutions, one insertion
    EXPECT_EQ(edit_distance("", "abc"), 3U);
    EXPECT_EQ(edit_distance("same", "same"), 0U);
    EXPECT_EQ(edit_distance("ab", "ba"), 1U);  // a swap of neighbours
}

TEST(NameHint, ProposesANearNameElseListsAll) {
    constexpr std::array<std::string_view, 3> known{"bayes", "random", "sobol"};
    EXPECT_EQ(name_hint("bays", known), "did you mean 'bayes'?");
    EXPECT_EQ(name_hint("gradient", known), "known: bayes, random, sobol");
}

TEST(UnknownName, AsksForANearNameAndListsAll) {
    constexpr std::array<std::string_view, 3> known{"bayes", "random", "sobol"};
    EXPECT_EQ(unknown_name("bays", known), "unknown name 'bays'; did you mean 'bayes'? known: bayes, random, sobol");
    EXPECT_EQ(unknown_name("gradient", known), "unknown name 'gradient'; known: bayes, random, sobol");
}

}  // namespace
}  // namespace hpnas
