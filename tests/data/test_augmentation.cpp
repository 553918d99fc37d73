#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "hpnas/data/augmentation.hpp"

namespace hpnas {
namespace {

const Shape image{8, 6, 3};

TEST(DrawTransform, StaysWithinItsOptionsAndReachesTheirEnds) {
    AugmentationOptions options;
    options.crop_padding = 2;
    options.cutout = 4;
    std::vector<int> shifts(5, 0);
    int flips = 0;
    for (std::int64_t sample = 0; sample < 2000; ++sample) {
        const ImageTransform t = draw_transform(options, image, 1, 0, sample);
        ASSERT_LE(std::abs(t.shift_y), 2);
        ASSERT_LE(std::abs(t.shift_x), 2);
        ++shifts[static_cast<std::size_t>(t.shift_y + 2)];
        flips += t.flip;
        EXPECT_EQ(t.hole_side, 4);
        ASSERT_GE(t.hole_top, -2);  // the centre is a pixel of the image
        ASSERT_LT(t.hole_top, 6);
        ASSERT_GE(t.hole_left, -2);
        ASSERT_LT(t.hole_left, 4);
    }
    // Binomial: 400 +- 18 per shift, 1000 +- 22 flips; 5 deviations.
    for (const int count : shifts) EXPECT_NEAR(count, 400, 90);
    EXPECT_NEAR(flips, 1000, 112);
}

TEST(DrawTransform, DependsOnSeedEpochAndSampleOnly) {
    const AugmentationOptions options;
    const auto equal = [](const ImageTransform& a, const ImageTransform& b) {
        return a.shift_y == b.shift_y && a.shift_x == b.shift_x && a.flip == b.flip;
    };
    int seed = 0, epoch = 0, sample = 0;
    for (std::int64_t i = 0; i < 1000; ++i) {
        const ImageTransform t = draw_transform(options, image, 1, 2, i);
        ASSERT_TRUE(equal(t, draw_transform(options, image, 1, 2, i)));
        seed += equal(t, draw_transform(options, image, 2, 2, i));
        epoch += equal(t, draw_transform(options, image, 1, 3, i));
        sample += equal(t, draw_transform(options, image, 1, 2, i + 1));
    }
    // Independent draws agree with probability 1 / (9 * 9 * 2): 6 of 1000 expected, 30 has probability below 1e-10.
    EXPECT_LT(seed, 30);
    EXPECT_LT(epoch, 30);
    EXPECT_LT(sample, 30);
}

TEST(DrawTransform, SwitchedOffChangesNothing) {
    AugmentationOptions off;
    off.crop_padding = 0;
    off.flip = false;
    for (std::int64_t sample = 0; sample < 100; ++sample) {
        const ImageTransform t = draw_transform(off, image, 1, 0, sample);
        EXPECT_EQ(t.shift_y, 0);
        EXPECT_EQ(t.shift_x, 0);
        EXPECT_FALSE(t.flip);
        EXPECT_EQ(t.hole_side, 0);
    }
}

// max(B, 1 - B) of B ~ Beta(1, 1) is uniform on [1/2, 1]: mean 3/4, variance 1/48; of Beta(a, a) the second moment
// about 1/2 is 1 / (4 (2 a + 1)), so for a = 0.2 E (w - 1/2)^2 = 1 / 5.6. 5,000 draws, 5 deviations of the mean.
TEST(DrawMixing, WeightsHaveTheBetaDistributionsMoments) {
    double mean = 0, second = 0;
    for (std::int64_t sample = 0; sample < 5000; ++sample) {
        const Mixing uniform = draw_mixing(1.0, 30, 4, 0, sample);
        ASSERT_GE(uniform.weight, 0.5F);
        ASSERT_LE(uniform.weight, 1.0F);
        ASSERT_GE(uniform.partner, 0);
        ASSERT_LT(uniform.partner, 30);
        mean += static_cast<double>(uniform.weight) / 5000;
        const double offset = static_cast<double>(draw_mixing(0.2, 30, 4, 0, sample).weight) - 0.5;
        second += offset * offset / 5000;
    }
    EXPECT_NEAR(mean, 0.75, 5 * 0.1443 / 70.7);
    EXPECT_NEAR(second, 1 / 5.6, 5 * 0.1 / 70.7);  // the square lies in [0, 1/4]: deviation below 0.1
}

TEST(DrawMixing, VerySmallAlphaPicksOneOfTheTwo) {
    // Beta(alpha, alpha) tends to 0 or 1 with probability 1/2 each, of which the larger share is taken; u^(1/alpha)
    // underflows.
    for (const double alpha : {1e-3, 1e-9, 1e-300})
        for (std::int64_t sample = 0; sample < 20; ++sample)
            EXPECT_GT(draw_mixing(alpha, 30, 4, 0, sample).weight, 0.99F) << alpha;
}

TEST(DrawMixing, OffMeansUnmixed) {
    const Mixing mixing = draw_mixing(0.0, 30, 4, 0, 1);
    EXPECT_EQ(mixing.partner, -1);
    EXPECT_EQ(mixing.weight, 1.0F);
}

TEST(DrawErasure, RectanglesKeepToTheImageAndToTheirSizes) {
    std::int64_t n = 0;
    for (std::int64_t sample = 0; sample < 2000; ++sample) {
        const Erasure e = draw_erasure(0.25, Shape{32, 24, 3}, 4, 1, sample);
        if (e.height == 0) continue;
        ++n;
        ASSERT_GE(std::min(e.top, e.left), 0);
        ASSERT_LE(e.top + e.height, 32);
        ASSERT_LE(e.left + e.width, 24);
        const double share = static_cast<double>(e.height * e.width) / (32.0 * 24.0);
        EXPECT_GT(share, 0.01);  // rounded sides
        EXPECT_LT(share, 0.36);
    }
    EXPECT_NEAR(static_cast<double>(n), 500, 100);  // binomial: deviation 19; few rectangles never fit
}

TEST(Erase, FillsTheRectangleWithNoise) {
    const Shape shape{20, 20, 3};
    std::vector<float> noise(1200, 9.0F), again(1200, 9.0F);
    const Erasure whole{0, 0, 20, 20}, part{2, 3, 4, 5};
    erase(whole, shape, 1, 2, 3, noise.data());
    double mean = 0, square = 0;
    for (const float value : noise) {
        mean += static_cast<double>(value) / 1200;
        square += static_cast<double>(value * value) / 1200;
    }
    EXPECT_NEAR(mean, 0, 5 / std::sqrt(1200.0));
    EXPECT_NEAR(square, 1, 5 * std::sqrt(2 / 1200.0));
    erase(part, shape, 1, 2, 3, again.data());
    EXPECT_EQ(std::count(again.begin(), again.end(), 9.0F), 1200 - 4 * 5 * 3);
    EXPECT_NE(again[(2 * 20 + 3) * 3], 9.0F);
    EXPECT_EQ(again[(2 * 20 + 8) * 3], 9.0F);
}

}  // namespace
}  // namespace hpnas
