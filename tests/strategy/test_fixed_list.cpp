#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/strategy/fixed_list.hpp"

namespace hpnas {
namespace {

StrategyContext one_slot() {
    StrategyContext context;
    context.decisions = {{"slot", {0, 1, 2, 3}, true}};
    return context;
}

TEST(FixedList, ProposesTheListInOrderAndEnds) {
    FixedList list({{2}, {0}, {3}}, one_slot());
    const auto first = list.ask(2);
    ASSERT_EQ(first.size(), 2U);
    EXPECT_EQ(first[0].encoding, Encoding{2});
    EXPECT_EQ(first[1].id, 1);
    EXPECT_FALSE(list.exhausted());
    EXPECT_EQ(list.ask(5).size(), 1U);
    EXPECT_TRUE(list.exhausted());
}

TEST(FixedList, RefusesWhatIsThereTwice) {
    FixedList list({{2}, {2}}, one_slot());
    EXPECT_THROW(list.ask(2), InternalError);
}

}  // namespace
}  // namespace hpnas
