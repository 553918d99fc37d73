#include <gtest/gtest.h>

#include "hpnas/app/layout.hpp"

namespace hpnas {
namespace {

TEST(FormatCores, RunsBecomeRanges) {
    EXPECT_EQ(format_cores({}), "");
    EXPECT_EQ(format_cores({5}), "5");
    EXPECT_EQ(format_cores({0, 1}), "0-1");
    EXPECT_EQ(format_cores({0, 1, 2, 3, 8}), "0-3,8");
    EXPECT_EQ(format_cores({0, 2, 4}), "0,2,4");
    EXPECT_EQ(format_cores({3, 7, 8, 9, 11, 12}), "3,7-9,11-12");
}

}  // namespace
}  // namespace hpnas
