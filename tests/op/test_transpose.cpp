#include <gtest/gtest.h>

#include "hpnas/op/transpose.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;
using Doubles = std::vector<double>;

TEST(Transpose, ExchangesRowsAndColumns) {
    const ReferenceArgs r = by_hand(make_transpose(), {{2, 3}}, {{1, 2, 3, 4, 5, 6}}, {}, {1, 2, 3, 4, 5, 6});
    EXPECT_EQ(r.dst, (Doubles{1, 4, 2, 5, 3, 6}));
    EXPECT_EQ(r.diff_src[0], (Doubles{1, 3, 5, 2, 4, 6}));
}

TEST(Transpose, SizesFollowTheOrder) {
    EXPECT_EQ(output_of(make_transpose({.order = {2, 0, 1}}), {{3, 4, 5}}), (Shape{5, 3, 4}));
}

TEST(Transpose, BadShapesAndOrdersAreNamed) {
    EXPECT_EQ(shape_error([] {
                  output_of(make_transpose(), {{4, 4, 3}});
              }),
              "transpose: src[0]: expected 2 dimensions, got [4, 4, 3]");
    EXPECT_EQ(shape_error([] {
                  make_transpose({.order = {0, 2}});
              }),
              "transpose: order: expected a permutation of 0 to at most 4, got [0, 2]");
}

}  // namespace
}  // namespace hpnas
