#include <gtest/gtest.h>

#include "hpnas/strategy/generation.hpp"

namespace hpnas {
namespace {

TEST(Generation, EndsWhenItsQuorumIsBack) {
    Generation generation(0.75);
    generation.begin();
    Candidate candidate;
    for (int i = 0; i < 8; ++i) generation.made(candidate);
    EXPECT_EQ(candidate.generation, 0);
    EXPECT_EQ(generation.size(), 8U);
    EXPECT_FALSE(generation.may_end(3));  // 5 of 8 are back
    EXPECT_TRUE(generation.may_end(2));   // 6 of 8
}

TEST(Generation, QuorumOneIsABarrierAndZeroNeverWaits) {
    Generation barrier(1.0), never(0.0);
    barrier.begin();
    never.begin();
    Candidate candidate;
    barrier.made(candidate);
    never.made(candidate);
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
    Candidate candidate;
    generation.made(candidate);
    generation.begin();
    EXPECT_EQ(generation.number(), 2U);
    EXPECT_EQ(generation.size(), 0U);
    generation.made(candidate);
    EXPECT_EQ(candidate.generation, 1);
}

}  // namespace
}  // namespace hpnas
