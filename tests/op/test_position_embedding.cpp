#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/op/position_embedding.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;
using Doubles = std::vector<double>;

TEST(PositionEmbedding, LearnedRowsAreAdded) {
    // Two samples of two positions with one channel, a table of three rows: the last has no gradient.
    const ReferenceArgs r =
        by_hand(make_position_embedding({.length = 3}), {{2, 1}}, {{1, 2, 3, 4}}, {{10, 20, 30}}, {1, 2, 3, 4});
    EXPECT_EQ(r.dst, (Doubles{11, 22, 13, 24}));
    EXPECT_EQ(r.diff_src[0], (Doubles{1, 2, 3, 4}));
    EXPECT_EQ(r.diff_parameters[0], (Doubles{1 + 3, 2 + 4, 0}));
}

TEST(PositionEmbedding, SinusoidsAreThoseOfThePaper) {
    // Four channels: wavelengths 2 pi and 2 pi * 100.
    const ReferenceArgs r = by_hand(make_position_embedding({.kind = "sinusoidal"}), {{3, 4}}, {Doubles(12, 0)});
    const Doubles expected{0,
                           1,
                           0,
                           1,
                           std::sin(1.0),
                           std::cos(1.0),
                           std::sin(0.01),
                           std::cos(0.01),
                           std::sin(2.0),
                           std::cos(2.0),
                           std::sin(0.02),
                           std::cos(0.02)};
    for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(r.dst[i], expected[i], 1e-15);
}

TEST(PositionEmbedding, SinusoidsHaveNoParametersAndNoLimit) {
    const OperatorPtr op = make_position_embedding({.kind = "sinusoidal", .length = 2, .deviation = 3});
    const std::vector<Shape> inputs{{1000, 6}};
    EXPECT_EQ(output_of(op, inputs), inputs[0]);
    EXPECT_TRUE(op->parameters(inputs).empty());
    EXPECT_EQ(signature(*op), signature(*make_position_embedding({.kind = "sinusoidal"})));
}

TEST(PositionEmbedding, BadShapesAndAttributesAreNamed) {
    EXPECT_EQ(shape_error([] {
                  output_of(make_position_embedding({.length = 3}), {{4, 2}});
              }),
              "position_embedding: src[0]: expected at most 3 positions, got [4, 2]");
    EXPECT_EQ(shape_error([] { output_of(make_position_embedding(), {{4}}); }),
              "position_embedding: src[0]: expected a sequence [L, C], got [4]");
    EXPECT_EQ(shape_error([] { make_position_embedding({.kind = "rotary"}); }),
              "position_embedding: kind: expected learned or sinusoidal, got rotary");
}

}  // namespace
}  // namespace hpnas
