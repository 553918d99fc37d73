#include <gtest/gtest.h>

#include "hpnas/op/class_token.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;
using Doubles = std::vector<double>;

TEST(ClassToken, StandsInFrontOfEverySample) {
    const ReferenceArgs r = by_hand(make_class_token(), {{1, 2}}, {{1, 2, 3, 4}}, {{8, 9}}, {1, 2, 3, 4, 5, 6, 7, 8});
    EXPECT_EQ(r.dst, (Doubles{8, 9, 1, 2, 8, 9, 3, 4}));
    EXPECT_EQ(r.diff_src[0], (Doubles{3, 4, 7, 8}));
    EXPECT_EQ(r.diff_parameters[0], (Doubles{1 + 5, 2 + 6}));
}

TEST(ClassToken, BadShapesAreNamed) {
    EXPECT_EQ(shape_error([] { output_of(make_class_token(), {{4}}); }),
              "class_token: src[0]: expected a sequence [L, C], got [4]");
}

}  // namespace
}  // namespace hpnas
