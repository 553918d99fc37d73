#include <gtest/gtest.h>

#include "hpnas/op/select_token.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;
using Doubles = std::vector<double>;

TEST(SelectToken, TakesOneTokenOfEverySample) {
    const ReferenceArgs r =
        by_hand(make_select_token({.index = 1}), {{2, 2}}, {{1, 2, 3, 4, 5, 6, 7, 8}}, {}, {1, 2, 3, 4});
    EXPECT_EQ(r.dst, (Doubles{3, 4, 7, 8}));
    EXPECT_EQ(r.diff_src[0], (Doubles{0, 0, 1, 2, 0, 0, 3, 4}));
}

TEST(SelectToken, BadShapesAreNamed) {
    EXPECT_EQ(shape_error([] {
                  output_of(make_select_token({.index = 4}), {{4, 3}});
              }),
              "select_token: src[0]: expected more than 4 tokens, got [4, 3]");
}

}  // namespace
}  // namespace hpnas
