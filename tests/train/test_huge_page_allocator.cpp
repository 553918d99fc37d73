#include <gtest/gtest.h>

#include <cstdint>
#include <new>

#include "hpnas/train/huge_page_allocator.hpp"

namespace hpnas {
namespace {

TEST(HugePageAllocator, SmallArraysAreLineAlignedAndLargeOnesPageAligned) {
    const FloatBuffer small(3, 1.0F), large(1 << 20, 1.0F);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(small.data()) % 64, 0U);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(large.data()) % (2U << 20), 0U);
    EXPECT_EQ(large.back(), 1.0F);
}

TEST(HugePageAllocator, AnImpossibleSizeThrows) {
    EXPECT_THROW(allocate_huge(SIZE_MAX), std::bad_alloc);
    void* nothing = allocate_huge(0);
    EXPECT_NE(nothing, nullptr);
    free_huge(nothing);
}

}  // namespace
}  // namespace hpnas
