#include <hpnas/tensor/arena.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <new>
#include <utility>

namespace hpnas {
namespace {

constexpr std::size_t mib = std::size_t{1} << 20;

TEST(ArenaLayout, BlocksAreAlignedAndDoNotOverlap) {
    ArenaLayout layout;
    EXPECT_EQ(layout.add(1), 0U);
    EXPECT_EQ(layout.add_floats(16), 64U);   // after one line of 64 bytes
    EXPECT_EQ(layout.add(65), 128U);         // 16 floats fill exactly one line
    EXPECT_EQ(layout.total(), 256U);         // 65 bytes take two lines
    EXPECT_EQ(layout.add(0), 256U);
    EXPECT_EQ(layout.total(), 256U);
}

TEST(Arena, MemoryIsWritableToTheLastByteAndAligned) {
    Arena arena;
    std::byte* base = arena.reserve(3 * mib + 5);
    ASSERT_NE(base, nullptr);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(base) % tensor_alignment, 0U);
    EXPECT_GE(arena.capacity(), 3 * mib + 5);
    base[0] = std::byte{1};
    base[arena.capacity() - 1] = std::byte{2};
    EXPECT_EQ(arena.floats(64), reinterpret_cast<float*>(base + 64));
}

TEST(Arena, ASmallerPlanKeepsTheRegionAndItsContents) {
    Arena arena;
    std::byte* base = arena.reserve(4 * mib);
    base[7] = std::byte{42};
    EXPECT_EQ(arena.reserve(1), base);
    EXPECT_EQ(arena.reserve(4 * mib), base);
    EXPECT_EQ(base[7], std::byte{42});
}

TEST(Arena, AskingAboveTheLimitThrowsAndLeavesTheArenaUsable) {
    Arena arena(4 * mib);
    std::byte* base = arena.reserve(2 * mib);
    EXPECT_THROW(arena.reserve(4 * mib + 1), std::bad_alloc);
    EXPECT_EQ(arena.base(), base);
    EXPECT_EQ(arena.reserve(2 * mib), base);
    EXPECT_NO_THROW(arena.reserve(4 * mib));
}

TEST(Arena, WhatTheMachineCannotGiveThrows) {
    Arena arena;
    EXPECT_THROW(arena.reserve(SIZE_MAX), std::bad_alloc);
    EXPECT_THROW(arena.reserve(SIZE_MAX - 3 * mib), std::bad_alloc);
    EXPECT_THROW(arena.reserve(std::size_t{1} << 60), std::bad_alloc);  // beyond 48-bit addresses
    EXPECT_EQ(arena.capacity(), 0U);
}

TEST(Arena, EmptyPlanStillHasAnAddress) {
    Arena arena;
    EXPECT_NE(arena.reserve(0), nullptr);
}

TEST(Arena, MovingHandsTheRegionOver) {
    Arena first(64 * mib);
    std::byte* base = first.reserve(mib);
    Arena second(std::move(first));
    EXPECT_EQ(second.base(), base);
    EXPECT_EQ(second.limit(), 64 * mib);
    EXPECT_EQ(first.capacity(), 0U);  // NOLINT: the moved-from state is specified
    Arena third;
    third.reserve(mib);
    third = std::move(second);
    EXPECT_EQ(third.base(), base);
    third.release();
    EXPECT_EQ(third.capacity(), 0U);
    EXPECT_NE(third.reserve(mib), nullptr);
}

}  // namespace
}  // namespace hpnas
