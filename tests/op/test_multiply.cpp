#include <gtest/gtest.h>

#include "hpnas/op/multiply.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;
using Doubles = std::vector<double>;

TEST(Multiply, EachFactorScalesTheOthersGradient) {
    const ReferenceArgs r = by_hand(make_multiply(), {{1, 2}, {1, 2}}, {{3, -4}, {10, 0.5}}, {}, {1, 2});
    EXPECT_EQ(r.dst, (Doubles{30, -2}));
    EXPECT_EQ(r.diff_src[0], (Doubles{10, 1}));
    EXPECT_EQ(r.diff_src[1], (Doubles{3, -8}));
}

TEST(Multiply, ShapesMustBeEqual) {
    EXPECT_EQ(shape_error([] {
                  output_of(make_multiply(), {{4, 3}, {3}});
              }),
              "multiply: src[1]: expected shape [4, 3], got [3]");
}

}  // namespace
}  // namespace hpnas
