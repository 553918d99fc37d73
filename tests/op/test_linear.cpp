#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/kernel/engine.hpp"
#include "hpnas/op/linear.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;
using Doubles = std::vector<double>;

TEST(Linear, IsAMatrixVectorProductByHand) {
    // weight (1 2; 3 4; 5 6), bias (10, 20, 30), two rows (1, 1) and (1, -1)
    const ReferenceArgs r = by_hand(make_linear({.out = 3}), {{2}}, {{1, 1, 1, -1}}, {{1, 2, 3, 4, 5, 6}, {10, 20, 30}},
                                    {1, 0, 0, 0, 0, 2});
    EXPECT_EQ(r.dst, (Doubles{13, 27, 41, 9, 19, 29}));
    EXPECT_EQ(r.diff_src[0], (Doubles{1, 2, 10, 12}));
    EXPECT_EQ(r.diff_parameters[0], (Doubles{1, 1, 0, 0, 2, -2}));
    EXPECT_EQ(r.diff_parameters[1], (Doubles{1, 0, 2}));
}

TEST(Linear, CountsEveryRow) {
    const std::vector<Shape> rows{{6, 20}};
    EXPECT_EQ(make_linear({.out = 10})->macs(rows), 6 * 20 * 10);
    EXPECT_EQ(output_of(make_linear({.out = 10}), rows), (Shape{6, 10}));
    const auto specs = make_linear({.out = 10})->parameters(rows);
    EXPECT_EQ(specs[0].shape, (Shape{10, 20}));
    EXPECT_DOUBLE_EQ(specs[1].initializer.b, 1 / std::sqrt(20.0));
    EXPECT_EQ(make_linear({.out = 10, .bias = false})->parameters(rows).size(), 1U);
}

TEST(Linear, BadShapesAndUsesAreNamed) {
    EXPECT_EQ(shape_error([] { output_of(make_linear({.out = 10}), {Shape{}}); }),
              "linear: src[0]: expected [..., C] with C >= 1, got []");
    EXPECT_NE(shape_error([] { make_linear({.out = 0}); }), "");
    kernel::Engine engine;
    const std::vector<Shape> inputs{{4}};
    EXPECT_THROW(
        make_linear({.out = 4, .activation = Activation::relu})->compile({engine, 1, inputs, ExecutionMode::training}),
        InternalError);
}

}  // namespace
}  // namespace hpnas
