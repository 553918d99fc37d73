#include <gtest/gtest.h>

#include <hpnas/tensor/arena.hpp>
#include <algorithm>
#include <new>
#include <utility>

namespace hpnas {
namespace {

constexpr std::size_t mib = std::size_t{1} << 20;

TEST(ArenaRegion, RegionsInUseDoNotOverlapAndStayWhereTheyAre) {
    Arena arena;
    std::byte* first = arena.acquire(3 * mib);
    first[3 * mib - 1] = std::byte{7};
    std::byte* second = arena.acquire(9 * mib);
    EXPECT_TRUE(second >= first + 3 * mib || first >= second + 9 * mib);
    std::fill_n(second, 9 * mib, std::byte{1});
    EXPECT_EQ(first[3 * mib - 1], std::byte{7});
}

TEST(ArenaRegion, AReturnedRegionServesTheNextPlan) {
    Arena arena;
    std::byte* training = arena.acquire(8 * mib);
    std::byte* validation = arena.acquire(mib);
    arena.give_back(validation);
    arena.give_back(training);
    EXPECT_EQ(arena.acquire(mib), validation);  // the smallest that fits
    EXPECT_EQ(arena.acquire(7 * mib), training);
}

TEST(ArenaRegion, TheLimitCountsWhatIsInUse) {
    Arena arena(8 * mib);
    std::byte* first = arena.acquire(6 * mib);
    EXPECT_THROW(arena.acquire(3 * mib), std::bad_alloc);
    EXPECT_THROW(arena.acquire(SIZE_MAX), std::bad_alloc);
    EXPECT_NO_THROW(arena.acquire(2 * mib));
    arena.give_back(first);
    EXPECT_NO_THROW(arena.acquire(6 * mib));
}

TEST(ArenaRegion, WaitingRegionsAreGivenUpForTheLimit) {
    Arena arena(8 * mib);
    std::byte* large = arena.acquire(6 * mib);
    arena.give_back(large);
    std::byte* small = arena.acquire(mib);
    EXPECT_EQ(small, large);                   // the only one waiting, and it fits
    std::byte* next = arena.acquire(7 * mib);  // 6 touched and 7 wanted: more than 8, but only 1 is in use
    EXPECT_NE(next, nullptr);
    arena.give_back(small);
    arena.give_back(next);
    EXPECT_NE(arena.acquire(8 * mib), nullptr);
    EXPECT_THROW(arena.acquire(1), std::bad_alloc);
}

TEST(ArenaRegion, PagesBehindASmallPlanAreGivenUpForTheLimit) {
    Arena arena(32 * mib);
    std::byte* large = arena.acquire(30 * mib);
    std::fill_n(large, 30 * mib, std::byte{1});
    arena.give_back(large);
    std::byte* small = arena.acquire(mib);
    ASSERT_EQ(small, large);
    arena.acquire(31 * mib);
    EXPECT_EQ(small[mib - 1], std::byte{1});       // the plan's own bytes stay
    EXPECT_EQ(large[30 * mib - 1], std::byte{0});  // the machine took these pages back
}

TEST(ArenaRegion, MovingAnArenaKeepsItsRegions) {
    Arena first(8 * mib);
    std::byte* region = first.acquire(6 * mib);
    Arena second(std::move(first));
    EXPECT_THROW(second.acquire(6 * mib), std::bad_alloc);
    second.give_back(region);
    EXPECT_EQ(second.acquire(6 * mib), region);
    second.give_back(nullptr);  // does nothing
}

}  // namespace
}  // namespace hpnas
