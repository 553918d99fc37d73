#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/op/activate.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

TEST(Activate, ValuesAndSlopesByHand) {
    const ReferenceArgs relu = by_hand(make_relu(), {{3}}, {{-2, 0, 2}}, {}, {1, 1, 1});
    EXPECT_EQ(relu.dst, (std::vector<double>{0, 0, 2}));
    EXPECT_EQ(relu.diff_src[0], (std::vector<double>{0, 0, 1}));
    const ReferenceArgs swish = by_hand(make_swish(), {{2}}, {{0, 1}}, {}, {2, 2});
    EXPECT_DOUBLE_EQ(swish.dst[1], 1 / (1 + std::exp(-1.0)));
    EXPECT_DOUBLE_EQ(swish.diff_src[0][0], 1);  // slope 1/2 at 0
    const ReferenceArgs sigmoid = by_hand(make_sigmoid(), {{1}}, {{0}}, {}, {1});
    EXPECT_DOUBLE_EQ(sigmoid.dst[0], 0.5);
    EXPECT_DOUBLE_EQ(sigmoid.diff_src[0][0], 0.25);
}

TEST(Activate, TheTypeIsTheKind) {
    EXPECT_EQ(make_relu()->type(), "relu");
    EXPECT_EQ(make_swish()->type(), "swish");
    EXPECT_EQ(shape_error([] { make_activation(Activation::none); }),
              "activation: expected relu, swish, sigmoid, gelu, tanh, leaky_relu or relu6, got none");
}

}  // namespace
}  // namespace hpnas
