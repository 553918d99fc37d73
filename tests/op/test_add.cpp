#include <gtest/gtest.h>

#include "hpnas/op/add.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

TEST(Add, GradientGoesToBothOperands) {
    const ReferenceArgs r = by_hand(make_add(), {{2}, {2}}, {{1, 2}, {10, 20}}, {}, {3, 4});
    EXPECT_EQ(r.dst, (std::vector<double>{11, 22}));
    EXPECT_EQ(r.diff_src[0], (std::vector<double>{3, 4}));
    EXPECT_EQ(r.diff_src[1], (std::vector<double>{3, 4}));
}

TEST(Add, ActivationIsThatOfTheSum) {
    const ReferenceArgs r = by_hand(make_add({Activation::relu}), {{2}, {2}}, {{1, 2}, {-3, 3}}, {}, {1, 1});
    EXPECT_EQ(r.dst, (std::vector<double>{0, 5}));
    EXPECT_EQ(r.diff_src[1], (std::vector<double>{0, 1}));
}

TEST(Add, OperandsOfDifferentShapeAreNamed) {
    EXPECT_EQ(shape_error([] {
                  output_of(make_add(), {{4, 4, 3}, {4, 4, 1}});
              }),
              "add: src[1]: expected shape [4, 4, 3], got [4, 4, 1]");
}

}  // namespace
}  // namespace hpnas
