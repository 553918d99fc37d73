#include <gtest/gtest.h>

#include "hpnas/op/concat.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;
using Doubles = std::vector<double>;

TEST(Concat, PutsRowsSideBySide) {
    // Two rows; two channels and one.
    const ReferenceArgs r = by_hand(make_concat(), {{2, 2}, {2, 1}}, {{1, 2, 3, 4}, {5, 6}}, {}, {1, 2, 3, 4, 5, 6});
    EXPECT_EQ(r.dst, (Doubles{1, 2, 5, 3, 4, 6}));
    EXPECT_EQ(r.diff_src[0], (Doubles{1, 2, 4, 5}));
    EXPECT_EQ(r.diff_src[1], (Doubles{3, 6}));
}

TEST(Concat, OneInputIsEnough) { EXPECT_EQ(output_of(make_concat(), {{2, 3}}), (Shape{2, 3})); }

TEST(Concat, BadShapesAreNamed) {
    EXPECT_EQ(shape_error([] {
                  output_of(make_concat(), {{4, 3}, {5, 3}});
              }),
              "concat: src[1]: expected the shape of src[0], [4, 3], but for the last size, got [5, 3]");
    EXPECT_EQ(shape_error([] {
                  output_of(make_concat(), {{4, 3}, {3}});
              }),
              "concat: src[1]: expected the shape of src[0], [4, 3], but for the last size, got [3]");
}

}  // namespace
}  // namespace hpnas
