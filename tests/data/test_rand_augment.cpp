#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "hpnas/data/rand_augment.hpp"

namespace hpnas {
namespace {

using Bytes = std::vector<std::uint8_t>;
const Bytes fill_colour{7, 8, 9};

Bytes gradient(std::int64_t side) {
    Bytes image(static_cast<std::size_t>(side * side * 3));
    for (std::size_t i = 0; i < image.size(); ++i) image[i] = static_cast<std::uint8_t>(40 + (i * 13) % 150);
    return image;
}

Bytes changed(ImageOperation operation, double strength, const Shape& shape, Bytes image) {
    Bytes scratch;
    apply(operation, strength, shape, fill_colour, image.data(), scratch);
    return image;
}

TEST(RandAugment, ColoursByHand) {
    const Shape pixel{1, 1, 3};
    EXPECT_EQ(changed(ImageOperation::invert, 0.3, pixel, {0, 100, 255}), (Bytes{255, 155, 0}));
    EXPECT_EQ(changed(ImageOperation::posterize, 1, pixel, {0xff, 0x1f, 0x08}), (Bytes{0xf0, 0x10, 0x00}));
    EXPECT_EQ(changed(ImageOperation::solarize, -0.5, pixel, {100, 127, 128}), (Bytes{100, 127, 127}));  // 255 - 128
    EXPECT_EQ(changed(ImageOperation::brightness, -1, pixel, {100, 200, 50}), (Bytes{10, 20, 5}));       // 0.1 times
    // Grey is 0.299 * 100 + 0.587 * 200 + 0.114 * 50 = 153; a tenth of the way back from it.
    EXPECT_EQ(changed(ImageOperation::color, -1, pixel, {100, 200, 50}), (Bytes{148, 158, 143}));
    EXPECT_EQ(changed(ImageOperation::contrast, -1, pixel, {100, 200, 50}), (Bytes{148, 158, 143}));  // its own mean
}

TEST(RandAugment, HistogramsByHand) {
    const Shape row{1, 3, 1};
    EXPECT_EQ(changed(ImageOperation::auto_contrast, 0, row, {50, 100, 150}), (Bytes{0, 128, 255}));
    EXPECT_EQ(changed(ImageOperation::auto_contrast, 0, row, {50, 50, 50}), (Bytes{50, 50, 50}));
    // 512 pixels, half of them dark: step (512 - 256) / 255 = 1, so dark becomes 0 and light min(256, 255).
    Bytes image(512, 10);
    std::fill(image.begin() + 256, image.end(), 20);
    const Bytes flat = changed(ImageOperation::equalize, 0, Shape{1, 512, 1}, image);
    EXPECT_EQ(flat.front(), 0);
    EXPECT_EQ(flat.back(), 255);
}

TEST(RandAugment, GeometryByHand) {
    const Shape square{3, 3, 3};
    Bytes image(27);
    std::iota(image.begin(), image.end(), std::uint8_t{0});
    // A shift of 0.45 * 3 * 0.75 = 1.01 pixels: column 0 shows column 1, the last column the fill colour.
    const Bytes shifted = changed(ImageOperation::translate_x, 0.75, square, image);
    EXPECT_EQ(Bytes(shifted.begin(), shifted.begin() + 9), (Bytes{3, 4, 5, 6, 7, 8, 7, 8, 9}));
    const Bytes lowered = changed(ImageOperation::translate_y, -0.75, square, image);
    EXPECT_EQ(Bytes(lowered.begin() + 9, lowered.begin() + 18), Bytes(image.begin(), image.begin() + 9));
    for (const auto operation : {ImageOperation::rotate, ImageOperation::shear_x, ImageOperation::shear_y})
        EXPECT_EQ(changed(operation, 1, square, image)[12], image[12]);  // the centre stays
}

// 30 degrees move a corner of a 21 x 21 image (10, 10) to (10 cos + 10 sin, 10 cos - 10 sin) = (13.7, 3.7): outside.
TEST(RandAugment, RotationTurnsAboutTheCentre) {
    const Shape shape{21, 21, 3};
    const Bytes image = gradient(21), turned = changed(ImageOperation::rotate, 1, shape, image);
    EXPECT_EQ(Bytes(turned.end() - 3, turned.end()), fill_colour);
    EXPECT_TRUE(std::equal(turned.begin() + 660, turned.begin() + 663, image.begin() + 660));  // the centre
    // Row 10 (the middle), 6 columns right of it: from 6 (sin, cos) = (3, 5.2): row 13, column 15.
    EXPECT_EQ(turned[(10 * 21 + 16) * 3], image[(13 * 21 + 15) * 3]);
}

TEST(RandAugment, WithoutStrengthNothingMoves) {
    const Shape shape{9, 9, 3};
    for (std::size_t i = static_cast<std::size_t>(ImageOperation::posterize); i < n_image_operations; ++i)
        EXPECT_EQ(changed(static_cast<ImageOperation>(i), 0, shape, gradient(9)), gradient(9)) << i;
}

TEST(RandAugment, IsAFunctionOfItsArguments) {
    const Shape shape{9, 9, 3};
    Bytes scratch;
    const auto drawn = [&](const RandAugmentOptions& options, std::uint64_t stream) {
        Bytes image = gradient(9);
        rand_augment(options, shape, fill_colour, 1, stream, image.data(), scratch);
        return image;
    };
    const RandAugmentOptions always{.operations = 2, .magnitude = 9, .deviation = 0.5, .probability = 1};
    std::size_t different = 0;
    for (std::uint64_t stream = 0; stream < 50; ++stream) {
        EXPECT_EQ(drawn(always, stream), drawn(always, stream));
        different += drawn(always, stream) != gradient(9) ? 1 : 0;
    }
    EXPECT_GT(different, 40U);  // two inversions cancel out, and the like
    RandAugmentOptions never = always;
    never.probability = 0;
    EXPECT_EQ(drawn(never, 3), gradient(9));
}

}  // namespace
}  // namespace hpnas
