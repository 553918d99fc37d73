#include <gtest/gtest.h>

#include "hpnas/op/scale_channels.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;
using Doubles = std::vector<double>;

TEST(ScaleChannels, EveryPositionIsMultipliedByTheGates) {
    // One row of two pixels with two channels; gates 10 and -1.
    const ReferenceArgs r =
        by_hand(make_scale_channels(), {{1, 2, 2}, {2}}, {{1, 2, 3, 4}, {10, -1}}, {}, {1, 1, 2, 3});
    EXPECT_EQ(r.dst, (Doubles{10, -2, 30, -4}));
    EXPECT_EQ(r.diff_src[0], (Doubles{10, -1, 20, -3}));
    EXPECT_EQ(r.diff_src[1], (Doubles{1 + 2 * 3, 2 + 3 * 4}));
}

TEST(ScaleChannels, BadShapesAreNamed) {
    EXPECT_EQ(shape_error([] {
                  output_of(make_scale_channels(), {{4, 4, 3}, {4}});
              }),
              "scale_channels: src[1]: expected shape [3], got [4]");
}

}  // namespace
}  // namespace hpnas
