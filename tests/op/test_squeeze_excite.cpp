#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/op/squeeze_excite.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

TEST(SqueezeExcite, GatesChannelsByHand) {
    // 1 x 2 image of 2 channels, means (2, 5); hidden relu(1 * 2 - 1 * 5 + 4) = 1; gates sigmoid(0 + 1 * 1), sigmoid(-1
    // + 1)
    const OperatorPtr op = make_squeeze_excite({.reduced = 1});
    const ReferenceArgs r = by_hand(op, {{1, 2, 2}}, {{1, 4, 3, 6}}, {{1, -1}, {4}, {1, 1}, {0, -1}});
    const double first = 1 / (1 + std::exp(-1.0));
    EXPECT_NEAR(r.dst[0], first, 1e-15);
    EXPECT_NEAR(r.dst[1], 4 * 0.5, 1e-15);
    EXPECT_NEAR(r.dst[2], 3 * first, 1e-15);
    EXPECT_NEAR(r.dst[3], 6 * 0.5, 1e-15);
}

TEST(SqueezeExcite, CountsTwoSmallMatrices) {
    const std::vector<Shape> inputs{{7, 7, 96}};
    const OperatorPtr op = make_squeeze_excite({.reduced = 4});
    EXPECT_EQ(op->macs(inputs), 2 * 96 * 4);
    std::int64_t count = 0;
    for (const ParameterSpec& spec : op->parameters(inputs)) count += spec.shape.count();
    EXPECT_EQ(count, 2 * 96 * 4 + 4 + 96);  // 2 mid r + r + mid
    EXPECT_EQ(op->parameters(inputs)[0].name, "reduce.weight");
    EXPECT_DOUBLE_EQ(op->parameters(inputs)[3].initializer.b, 0.5);
}

TEST(SqueezeExcite, BadShapesAndAttributesAreNamed) {
    EXPECT_NE(shape_error([] { output_of(make_squeeze_excite({.reduced = 4}), {{16, 8}}); }), "");
    EXPECT_NE(shape_error([] { make_squeeze_excite({.reduced = 0}); }), "");
    EXPECT_EQ(shape_error([] { make_squeeze_excite({.reduced = 1, .activation = Activation::none}); }),
              "squeeze_excite: activation: expected relu or swish, got none");
}

}  // namespace
}  // namespace hpnas
