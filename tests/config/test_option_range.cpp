#include "hpnas/config/option_range.hpp"

#include <gtest/gtest.h>

namespace hpnas {
namespace {

TEST(RangeText, SaysTheBoundsThatThereAre) {
    const double infinity = std::numeric_limits<double>::infinity();
    EXPECT_EQ(range_text({"x", "", 0, 1}), "in [0, 1]");
    EXPECT_EQ(range_text({"x", "", 0.5, infinity}), ">= 0.5");
    EXPECT_EQ(range_text({"x", "", -infinity, 3}), "<= 3");
    EXPECT_EQ(range_text({"x", ""}), "");
}

}  // namespace
}  // namespace hpnas
