#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/op/attention.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

TEST(Attention, AveragesValuesByHand) {
    // D = 1: logits of query 0 are 0, so it gives the mean of the values; query 1 (q = 1) sees logits 0 and ln 3
    const double ln3 = std::log(3.0);
    const ReferenceArgs r = by_hand(make_attention({}), {{2, 3}}, {{0, 0, 4, 1, ln3, 8}});
    EXPECT_DOUBLE_EQ(r.dst[0], 6);
    EXPECT_DOUBLE_EQ(r.dst[1], 0.25 * 4 + 0.75 * 8);
    const ReferenceArgs causal = by_hand(make_attention({.causal = true}), {{2, 3}}, {{0, 0, 4, 1, ln3, 8}});
    EXPECT_DOUBLE_EQ(causal.dst[0], 4);
    const ReferenceArgs masked = by_hand(make_attention({.mask = true}), {{2, 3}, {2}}, {{0, 0, 4, 1, ln3, 8}, {0, 1}});
    EXPECT_DOUBLE_EQ(masked.dst[0], 8);
    EXPECT_DOUBLE_EQ(masked.dst[1], 8);
}

TEST(Attention, ShapesFollowTheMemory) {
    EXPECT_EQ(output_of(make_attention({.heads = 3}), {{197, 576}}), (Shape{197, 192}));
    EXPECT_EQ(output_of(make_attention({.heads = 4, .mask = true, .memory = true}), {{7, 64}, {9, 128}, {9}}),
              (Shape{7, 64}));
}

TEST(Attention, CountsBothProductsAndThoseWithTheTables) {
    const std::vector<Shape> inputs{{197, 576}};
    EXPECT_EQ(make_attention({.heads = 3})->macs(inputs), 2 * 197 * 197 * 192);
    EXPECT_EQ(make_attention({.heads = 3, .max_distance = 14})->macs(inputs), 2 * 197 * (197 + 60) * 192);
}

TEST(Attention, TablesAreSharedByTheHeads) {
    const auto specs = make_attention({.heads = 3, .max_distance = 14})->parameters(std::vector<Shape>{{197, 576}});
    ASSERT_EQ(specs.size(), 4U);
    EXPECT_EQ(specs[0].name, "key_vertical");
    EXPECT_EQ(specs[3].name, "value_horizontal");
    EXPECT_EQ(specs[3].shape, (Shape{30, 64}));
    EXPECT_TRUE(make_attention({.heads = 3})->parameters(std::vector<Shape>{{197, 576}}).empty());
}

TEST(Attention, BadShapesAndAttributesAreNamed) {
    EXPECT_EQ(shape_error([] {
                  output_of(make_attention({.heads = 2}), {{5, 9}});
              }),
              "attention: src[0]: expected [L, 3 * H * D] with 6 dividing the last dimension, got [5, 9]");
    EXPECT_NE(shape_error([] { output_of(make_attention({.memory = true}), {{5, 8}, {4, 8}}); }), "");
    EXPECT_NE(shape_error([] { output_of(make_attention({.mask = true}), {{5, 9}, {4}}); }), "");
    EXPECT_NE(shape_error([] {
                  output_of(make_attention({.max_distance = 1, .memory = true}), {{5, 8}, {4, 16}});
              }),
              "");
    EXPECT_NE(shape_error([] { make_attention({.heads = 0}); }), "");
}

}  // namespace
}  // namespace hpnas
