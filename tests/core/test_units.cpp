#include <gtest/gtest.h>

#include "hpnas/core/units.hpp"

namespace hpnas {
namespace {

// 0.25 s = 250 ms, both exact in binary.
TEST(Units, SecondsAndMillisecondsConvertWithoutLoss) {
    EXPECT_EQ(Milliseconds(Seconds(0.25)).count(), 250.0);
    EXPECT_EQ(Seconds(Milliseconds(250)).count(), 0.25);
}

}  // namespace
}  // namespace hpnas
