#include <gtest/gtest.h>

#include "hpnas/op/token_mean.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;
using Doubles = std::vector<double>;

TEST(TokenMean, AveragesTheTokensAfterTheFirst) {
    const ReferenceArgs r = by_hand(make_token_mean({.first = 1}), {{3, 2}}, {{9, 9, 1, 2, 3, 4}}, {}, {1, 2});
    EXPECT_EQ(r.dst, (Doubles{2, 3}));
    EXPECT_EQ(r.diff_src[0], (Doubles{0, 0, 0.5, 1, 0.5, 1}));
}

TEST(TokenMean, BadShapesAreNamed) {
    EXPECT_EQ(shape_error([] {
                  output_of(make_token_mean({.first = 4}), {{4, 3}});
              }),
              "token_mean: src[0]: expected more than 4 tokens, got [4, 3]");
}

}  // namespace
}  // namespace hpnas
