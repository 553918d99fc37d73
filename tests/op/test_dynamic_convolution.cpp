#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/op/dynamic_convolution.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

TEST(DynamicConvolution, EveryTokenAndHeadHasItsOwnKernel) {
    // Two tokens, two heads of one value. Head 0: weights 1/4, 1/2, 1/4; head 1: equal ones. The third tap of the
    // last token and the first tap of the first one read zeros.
    const double ln2 = std::log(2.0);
    const ReferenceArgs r = by_hand(make_dynamic_convolution({.heads = 2, .kernel = 3}), {{2, 2}, {2, 6}},
                                    {{4, 3, 8, 9}, {0, ln2, 0, 0, 0, 0, 0, ln2, 0, 0, 0, 0}}, {}, {1, 0, 0, 0});
    EXPECT_DOUBLE_EQ(r.dst[0], 0.5 * 4 + 0.25 * 8);
    EXPECT_DOUBLE_EQ(r.dst[1], (3 + 9) / 3.0);
    EXPECT_DOUBLE_EQ(r.dst[2], 0.25 * 4 + 0.5 * 8);
    EXPECT_DOUBLE_EQ(r.dst[3], (3 + 9) / 3.0);
    EXPECT_DOUBLE_EQ(r.diff_src[0][2], 0.25);
    EXPECT_DOUBLE_EQ(r.diff_src[1][0], 0.25 * (0 - 4));  // p (dL/dp - mean), mean = 4
    EXPECT_DOUBLE_EQ(r.diff_src[1][2], 0.25 * (8 - 4));
}

TEST(DynamicConvolution, CountsItsTaps) {
    EXPECT_EQ(make_dynamic_convolution({.heads = 2, .kernel = 5})->macs(std::vector<Shape>{{64, 128}, {64, 10}}),
              64 * 128 * 5);
}

TEST(DynamicConvolution, BadShapesAndAttributesAreNamed) {
    EXPECT_EQ(shape_error([] {
                  output_of(make_dynamic_convolution({.heads = 2}), {{5, 9}, {5, 6}});
              }),
              "dynamic_convolution: src[0]: expected [L, H * D] with 2 dividing the last dimension, got [5, 9]");
    EXPECT_EQ(shape_error([] {
                  output_of(make_dynamic_convolution({.heads = 2, .kernel = 5}), {{5, 8}, {5, 6}});
              }),
              "dynamic_convolution: src[1]: expected shape [5, 10], got [5, 6]");
    EXPECT_NE(shape_error([] { make_dynamic_convolution({.kernel = 2}); }), "");
    EXPECT_NE(shape_error([] { make_dynamic_convolution({.kernel = 65}); }), "");
}

}  // namespace
}  // namespace hpnas
