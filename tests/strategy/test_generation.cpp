#include <gtest/gtest.h>

#include "hpnas/strategy/generation.hpp"

namespace hpnas {
namespace {

TEST(Generation, EndsWhenItsQuorumIsBack) {
    Generation generation(0.75);
    generation.begin();
    for (int i = 0; i < 8; ++i) generation.made();
    EXPECT_EQ(generation.size(), 8U);
    EXPECT_FALSE(generation.may_end(3));  // 5 of 8 are back
    EXPECT_TRUE(generation.may_end(2));   // 6 of 8
}

TEST(Generation, QuorumOneIsABarrierAndZeroNeverWaits) {
    Generation barrier(1.0), never(0.0);
    barrier.begin();
    never.begin();
    barrier.made();
    never.made();
    EXPECT_FALSE(barrier.may_end(1));
    EXPECT_TRUE(barrier.may_end(0));
    EXPECT_TRUE(never.may_end(1));
}

TEST(Generation, EmptyOneEndsWhenNothingIsInFlight) {
    Generation generation(0.5);
    EXPECT_EQ(generation.number(), 0U);
    EXPECT_TRUE(generation.may_end(0));
    generation.begin();
    EXPECT_FALSE(generation.may_end(1));
    generation.made();
    generation.begin();
    EXPECT_EQ(generation.number(), 2U);
    EXPECT_EQ(generation.size(), 0U);
}

}  // namespace
}  // namespace hpnas
