#include <gtest/gtest.h>

#include "hpnas/kernel/engine.hpp"
#include "hpnas/op/reshape.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;
using Doubles = std::vector<double>;

TEST(Reshape, KeepsValuesAndGradients) {
    const ReferenceArgs r =
        by_hand(make_reshape({.sizes = {3, 2}}), {{6}}, {{1, 2, 3, 4, 5, 6}}, {}, {6, 5, 4, 3, 2, 1});
    EXPECT_EQ(r.dst, (Doubles{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(r.diff_src[0], (Doubles{6, 5, 4, 3, 2, 1}));
}

TEST(Reshape, MinusOneIsWhatRemains) {
    EXPECT_EQ(output_of(make_reshape({.sizes = {-1, 5}}), {{4, 5, 3}}), (Shape{12, 5}));
    EXPECT_EQ(output_of(make_reshape({.sizes = {-1}}), {{4, 5, 3}}), (Shape{60}));
}

TEST(Reshape, CostsNoPassOverMemory) {
    kernel::Engine engine;
    const std::vector<Shape> inputs{{4, 6}};
    const auto memory = make_reshape({.sizes = {-1}})->compile({.engine = engine, .inputs = inputs})->memory();
    EXPECT_EQ(memory.in_place, 0);
    EXPECT_TRUE(memory.passes_gradient);
    EXPECT_FALSE(memory.needs_src);
}

TEST(Reshape, BadShapesAndSizesAreNamed) {
    EXPECT_EQ(shape_error([] {
                  output_of(make_reshape({.sizes = {-1, 7}}), {{4, 5}});
              }),
              "reshape: src[0]: expected a size that fits [-1, 7], got [4, 5]");
    const std::string sizes = "reshape: sizes: expected 1 to 5 positive sizes, one of them perhaps -1, got ";
    EXPECT_EQ(shape_error([] { make_reshape({.sizes = {-1, -1}}); }), sizes + "[-1, -1]");
    EXPECT_EQ(shape_error([] { make_reshape({.sizes = {0}}); }), sizes + "[0]");
    EXPECT_EQ(shape_error([] { make_reshape({.sizes = {}}); }), sizes + "[]");
}

}  // namespace
}  // namespace hpnas
