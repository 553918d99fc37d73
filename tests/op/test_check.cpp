#include <gtest/gtest.h>

#include "hpnas/op/check.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

TEST(Check, MessagesSayWhereWhatExpectedAndGot) {
    const std::vector<Shape> one{{4, 4, 3}};
    EXPECT_EQ(shape_error([&] { expect_inputs("add", one, 2); }), "add: expected 2 inputs, got 1");
    EXPECT_EQ(shape_error([&] { expect_inputs("relu", {}, 1); }), "relu: expected 1 input, got 0");
    EXPECT_EQ(shape_error([&] {
                  expect_image("conv2d", {4, 0, 3});
              }),
              "conv2d: src[0]: expected an image [H, W, C], got [4, 0, 3]");
    EXPECT_EQ(shape_error([&] { expect_range("dropout", "rate", 1.5, 0, 1); }),
              "dropout: rate: expected a value in [0, 1], got 1.5");
    EXPECT_EQ(shape_error([&] { expect_shape("add", 1, {3}, {4}); }), "add: src[1]: expected shape [4], got [3]");
}

TEST(Check, WhatFitsPasses) {
    const std::vector<Shape> one{{4, 4, 3}};
    EXPECT_NO_THROW(expect_inputs("relu", one, 1));
    EXPECT_NO_THROW(expect_image("relu", one[0]));
    EXPECT_NO_THROW(expect_range("dropout", "rate", 0, 0, 1));
}

}  // namespace
}  // namespace hpnas
