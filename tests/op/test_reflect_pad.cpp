#include <gtest/gtest.h>

#include "hpnas/op/reflect_pad.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;
using Doubles = std::vector<double>;

TEST(ReflectPad, MirrorsRowsAndColumns) {
    // 1 2 / 3 4 with one more on every side: every value has four, two or one copies.
    const ReferenceArgs r = by_hand(make_reflect_pad({.height = 1, .width = 1}), {{2, 2, 1}}, {{1, 2, 3, 4}}, {},
                                    {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
    EXPECT_EQ(r.dst, (Doubles{4, 3, 4, 3, 2, 1, 2, 1, 4, 3, 4, 3, 2, 1, 2, 1}));
    EXPECT_EQ(r.diff_src[0], (Doubles{6 + 8 + 14 + 16, 5 + 7 + 13 + 15, 2 + 4 + 10 + 12, 1 + 3 + 9 + 11}));
}

TEST(ReflectPad, BadShapesAreNamed) {
    EXPECT_EQ(shape_error([] {
                  output_of(make_reflect_pad({.height = 4}), {{4, 3, 1}});
              }),
              "reflect_pad: src[0]: expected more than 4 rows and 0 columns, got [4, 3, 1]");
    EXPECT_EQ(shape_error([] {
                  output_of(make_reflect_pad({.width = 1}), {{4, 3}});
              }),
              "reflect_pad: src[0]: expected an image [H, W, C], got [4, 3]");
}

}  // namespace
}  // namespace hpnas
