#include <gtest/gtest.h>

#include "hpnas/op/token_convolution.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;
using Doubles = std::vector<double>;

TEST(TokenConvolution, EveryChannelHasItsOwnKernel) {
    // Three tokens of two channels: the kernel of channel 0 reads the token before, that of channel 1 adds all three.
    const ReferenceArgs r = by_hand(make_token_convolution({.kernel = 3}), {{3, 2}}, {{1, 2, 3, 4, 5, 6}},
                                    {{1, 1, 0, 1, 0, 1}}, {1, 1, 1, 1, 1, 1});
    EXPECT_EQ(r.dst, (Doubles{0, 6, 1, 12, 3, 10}));
    EXPECT_EQ(r.diff_src[0], (Doubles{1, 2, 1, 3, 0, 2}));
    EXPECT_EQ(r.diff_parameters[0], (Doubles{1 + 3, 2 + 4, 1 + 3 + 5, 2 + 4 + 6, 3 + 5, 4 + 6}));
}

TEST(TokenConvolution, CountsItsTaps) {
    const std::vector<Shape> inputs{{64, 256}};
    EXPECT_EQ(make_token_convolution({.kernel = 9})->macs(inputs), 64 * 256 * 9);
    EXPECT_EQ(make_token_convolution({.kernel = 9})->parameters(inputs)[0].shape, (Shape{9, 256}));
}

TEST(TokenConvolution, EvenKernelsAndOtherShapesAreRefused) {
    EXPECT_EQ(shape_error([] { make_token_convolution({.kernel = 4}); }),
              "token_convolution: kernel: expected an odd number, got 4");
    EXPECT_NE(shape_error([] { output_of(make_token_convolution({}), {{4, 4, 3}}); }), "");
}

}  // namespace
}  // namespace hpnas
