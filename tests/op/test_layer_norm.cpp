#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/op/layer_norm.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

TEST(LayerNorm, NormalisesRowsByHand) {
    // rows (1, 3): mean 2, variance 1; (5, 5): mean 5, variance 0
    const OperatorPtr op = make_layer_norm({.epsilon = 0.25});
    const ReferenceArgs r = by_hand(op, {{2, 2}}, {{1, 3, 5, 5}}, {{2, 3}, {10, 20}});
    const double inv_std = 1 / std::sqrt(1.25);
    EXPECT_NEAR(r.dst[0], 10 - 2 * inv_std, 1e-15);
    EXPECT_NEAR(r.dst[1], 20 + 3 * inv_std, 1e-14);
    EXPECT_EQ(r.dst[2], 10);
    EXPECT_EQ(r.dst[3], 20);
}

TEST(LayerNorm, ParametersHaveTheShapeOfTheNormalisedDimensions) {
    const std::vector<Shape> inputs{{4, 20, 64}};
    EXPECT_EQ(make_layer_norm()->parameters(inputs)[0].shape, (Shape{64}));
    const auto specs = make_layer_norm({.axes = 2})->parameters(inputs);
    EXPECT_EQ(specs[1].shape, (Shape{20, 64}));
    EXPECT_EQ(specs[0].initializer.a, 1);
    EXPECT_EQ(specs[1].initializer.a, 0);
}

TEST(LayerNorm, BadShapesAndAttributesAreNamed) {
    EXPECT_EQ(shape_error([] { output_of(make_layer_norm({.axes = 2}), {{7}}); }),
              "layer_norm: src[0]: expected at least 2 dimension(s), none empty, got [7]");
    EXPECT_NE(shape_error([] { make_layer_norm({.axes = 3}); }), "");
}

}  // namespace
}  // namespace hpnas
