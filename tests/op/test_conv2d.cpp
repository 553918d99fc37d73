#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/kernel/engine.hpp"
#include "hpnas/op/conv2d.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;
using Doubles = std::vector<double>;

TEST(Conv2d, SumsTheWindowByHand) {
    // 3 x 3 image 1..9, 2 x 2 kernel (1, 10; 100, 1000), no padding: the window at (0, 0) gives 1 + 20 + 400 + 5000.
    const OperatorPtr op = make_conv2d({.out = 1, .kernel = 2, .padding = 0, .bias = true});
    const ReferenceArgs r =
        by_hand(op, {{3, 3, 1}}, {{1, 2, 3, 4, 5, 6, 7, 8, 9}}, {{1, 10, 100, 1000}, {0.5}}, {1, 0, 0, 2});
    EXPECT_EQ(r.dst, (Doubles{5421.5, 6532.5, 8754.5, 9865.5}));
    EXPECT_EQ(r.diff_src[0], (Doubles{1, 10, 0, 100, 1002, 20, 0, 200, 2000}));
    EXPECT_EQ(r.diff_parameters[0], (Doubles{1 + 2 * 5, 2 + 2 * 6, 4 + 2 * 8, 5 + 2 * 9}));
    EXPECT_EQ(r.diff_parameters[1], Doubles{3});
}

TEST(Conv2d, PaddingIsZeroAndStrideSkips) {
    // kernel of ones, padding 1, stride 2 on 3 x 3 ones: corner windows hold 4 pixels
    const OperatorPtr op = make_conv2d({.out = 1, .kernel = 3, .stride = 2});
    const ReferenceArgs r = by_hand(op, {{3, 3, 1}}, {Doubles(9, 1)}, {Doubles(9, 1)});
    EXPECT_EQ(r.dst, Doubles(4, 4));
}

TEST(Conv2d, GroupsSeeTheirOwnChannelsOnly) {
    const OperatorPtr op = make_conv2d({.out = 2, .groups = 2});
    EXPECT_EQ(by_hand(op, {{1, 1, 2}}, {{3, 5}}, {{2, 10}}).dst, (Doubles{6, 50}));
}

TEST(Conv2d, ResidualIsAddedBeforeTheActivation) {
    const OperatorPtr op = make_conv2d({.out = 1, .activation = Activation::relu, .residual = true});
    const ReferenceArgs r = by_hand(op, {{1, 2, 1}, {1, 2, 1}}, {{1, 1}, {3, -3}}, {{2}}, {1, 1});
    EXPECT_EQ(r.dst, (Doubles{5, 0}));
    EXPECT_EQ(r.diff_src[1], (Doubles{1, 0}));
}

TEST(Conv2d, ShapesFollowTheFormula) {
    EXPECT_EQ(output_of(make_conv2d({.out = 8, .kernel = 3, .stride = 2}), {{224, 224, 3}}), (Shape{112, 112, 8}));
    EXPECT_EQ(output_of(make_conv2d({.out = 8, .kernel = 3, .stride = 2, .padding = 0}), {{160, 160, 3}}),
              (Shape{79, 79, 8}));  // the stride-2 blocks of GPUNet as built
    EXPECT_EQ(output_of(make_conv2d({.out = 8, .kernel = 5, .dilation = 2}), {{9, 9, 3}}), (Shape{9, 9, 8}));
}

TEST(Conv2d, ParametersAndMacsCountWeightsPerGroup) {
    const std::vector<Shape> inputs{{10, 10, 32}};
    const OperatorPtr depthwise = make_conv2d({.out = 32, .kernel = 5, .stride = 2, .groups = 32});
    EXPECT_EQ(depthwise->macs(inputs), 25 * 32 * 25);
    const auto specs = depthwise->parameters(inputs);
    ASSERT_EQ(specs.size(), 1U);
    EXPECT_EQ(specs[0].shape, (Shape{32, 5, 5, 1}));
    EXPECT_DOUBLE_EQ(specs[0].initializer.b, 1 / std::sqrt(25.0));
    const auto dense = make_conv2d({.out = 16, .kernel = 3, .bias = true})->parameters(inputs);
    ASSERT_EQ(dense.size(), 2U);
    EXPECT_EQ(dense[1].role, ParameterRole::bias);
    EXPECT_DOUBLE_EQ(dense[1].initializer.b, 1 / std::sqrt(9.0 * 32));
}

TEST(Conv2d, DefaultPaddingHasTheSignatureOfTheNumberItStandsFor) {
    EXPECT_EQ(signature(*make_conv2d({.out = 4, .kernel = 5})),
              signature(*make_conv2d({.out = 4, .kernel = 5, .padding = 2})));
    EXPECT_NE(signature(*make_conv2d({.out = 4, .kernel = 5})),
              signature(*make_conv2d({.out = 4, .kernel = 5, .padding = 0})));
}

TEST(Conv2d, BadShapesAndAttributesAreNamed) {
    const std::vector<Shape> image{{8, 8, 6}};
    EXPECT_EQ(shape_error([&] { output_of(make_conv2d({.out = 8, .groups = 4}), image); }),
              "conv2d: src[0] has 6 channels, groups = 4 does not divide it (src [8, 8, 6])");
    EXPECT_EQ(shape_error([&] { output_of(make_conv2d({.out = 8, .groups = 3}), image); }),
              "conv2d: out = 8: groups = 3 does not divide it");
    EXPECT_EQ(shape_error([&] { output_of(make_conv2d({.out = 8, .kernel = 9, .padding = 0}), image); }),
              "conv2d: kernel = 9 with dilation 1 does not fit src [8, 8, 6] with padding 0");
    EXPECT_EQ(shape_error([&] {
                  output_of(make_conv2d({.out = 8}), {{8, 6}});
              }),
              "conv2d: src[0]: expected an image [H, W, C], got [8, 6]");
    EXPECT_EQ(shape_error([&] {
                  output_of(make_conv2d({.out = 8, .residual = true}), {{8, 8, 6}, {8, 8, 6}});
              }),
              "conv2d: src[1]: expected shape [8, 8, 8], got [8, 8, 6]");
    EXPECT_NE(shape_error([] { make_conv2d({.out = 0}); }), "");
    EXPECT_NE(shape_error([] { make_conv2d({.out = 1, .stride = 0}); }), "");
}

TEST(Conv2d, ADeployedOneDoesNotTrain) {
    kernel::Engine engine;
    const OperatorPtr op = make_conv2d({.out = 4, .activation = Activation::relu});
    const std::vector<Shape> inputs{{4, 4, 4}};
    EXPECT_THROW(op->compile({engine, 1, inputs, ExecutionMode::training}), InternalError);
}

}  // namespace
}  // namespace hpnas
