#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/op/fourier_mixing.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

TEST(FourierMixing, TransformsOfTwoByTwoByHand) {
    // Both transforms of a pair are sum and difference over sqrt(2), so of two pairs, over 2.
    for (const std::string kind : {"dft", "dct"}) {
        const ReferenceArgs r =
            by_hand(make_fourier_mixing({.kind = kind}), {{2, 2}}, {{1, 2, 3, 4}}, {}, {0, 1, 0, 0});
        const std::vector<double> expected{5, -1, -2, 0}, gradient{0.5, -0.5, 0.5, -0.5};
        for (std::size_t i = 0; i < 4; ++i) {
            EXPECT_NEAR(r.dst[i], expected[i], 1e-14) << kind << i;
            EXPECT_NEAR(r.diff_src[0][i], gradient[i], 1e-14) << kind << i;
        }
    }
}

TEST(FourierMixing, OnlyTheCosineTransformKeepsLengths) {
    const std::vector<double> x{1, -2, 0.5, 3, 4, -1};
    const auto length = [](const std::vector<double>& v) {
        double sum = 0;
        for (const double value : v) sum += value * value;
        return sum;
    };
    EXPECT_NEAR(length(by_hand(make_fourier_mixing({.kind = "dct"}), {{3, 2}}, {x}).dst), length(x), 1e-13);
    EXPECT_LT(length(by_hand(make_fourier_mixing({.kind = "dft"}), {{3, 2}}, {x}).dst), length(x));
}

TEST(FourierMixing, CountsItsProducts) {
    const std::vector<Shape> inputs{{64, 256}};
    EXPECT_EQ(make_fourier_mixing({.kind = "dct"})->macs(inputs), 64 * 256 * 256 + 64 * 64 * 256);
    EXPECT_EQ(make_fourier_mixing()->macs(inputs), 2 * (64 * 256 * 256 + 64 * 64 * 256));
}

TEST(FourierMixing, BadShapesAndKindsAreNamed) {
    EXPECT_EQ(shape_error([] { make_fourier_mixing({.kind = "dst"}); }),
              "fourier_mixing: kind: expected dft or dct, got 'dst'");
    EXPECT_NE(shape_error([] { output_of(make_fourier_mixing(), {{4, 4, 3}}); }), "");
}

}  // namespace
}  // namespace hpnas
