#include <gtest/gtest.h>

#include "hpnas/op/token_mask.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;
using Doubles = std::vector<double>;

TEST(TokenMask, MarksWhatIsNotPadding) {
    const ReferenceArgs r = by_hand(make_token_mask({.padding = 2}), {{4}}, {{2, 0, 1, 2}}, {}, {1, 1, 1, 1});
    EXPECT_EQ(r.dst, (Doubles{0, 1, 1, 0}));
    EXPECT_EQ(r.diff_src[0], (Doubles{0, 0, 0, 0}));
}

TEST(TokenMask, BadShapesAreNamed) {
    EXPECT_EQ(shape_error([] {
                  output_of(make_token_mask(), {{4, 3}});
              }),
              "token_mask: src[0]: expected token ids [L], got [4, 3]");
}

}  // namespace
}  // namespace hpnas
