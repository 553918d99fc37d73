#include <gtest/gtest.h>

#include <cmath>

#include "data/toy_files.hpp"
#include "hpnas/data/resample_image.hpp"

namespace hpnas {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// One row of grey pixels.
Pixels row(const Bytes& values) {
    Pixels image{1, static_cast<std::int64_t>(values.size()), {}};
    for (const std::uint8_t value : values) image.rgb.insert(image.rgb.end(), 3, value);
    return image;
}

Bytes first_channel(const Bytes& rgb) {
    Bytes result;
    for (std::size_t i = 0; i < rgb.size(); i += 3) result.push_back(rgb[i]);
    return result;
}

TEST(ResampleImage, TheSameSizeIsTheSameImage) {
    const Pixels image = test::picture(9, 7);
    EXPECT_EQ(resample_image(image.view(), {0, 0, 9, 7}, 9, 7), image.rgb);
    const Bytes part = resample_image(image.view(), {2, 3, 4, 2}, 4, 2);
    for (std::int64_t y = 0; y < 4; ++y)
        for (std::int64_t i = 0; i < 6; ++i)
            EXPECT_EQ(part[static_cast<std::size_t>(6 * y + i)],
                      image.rgb[static_cast<std::size_t>(((y + 2) * 7 + 3) * 3 + i)]);
}

// 8 pixels to 2: the triangle about the centre 2 has half-width 4: weights 2.5/4 .. at distances 1.5 0.5
// 0.5 1.5 2.5 3.5 of pixels 0 .. 5: 2.5 3.5 3.5 2.5 1.5 0.5 (sum 14), so with a 140 in pixel 1 alone: 35; in the second
// output it has distance 4.5: 0.
TEST(ResampleImage, ShrinkingWeighsEveryPixelByATriangle) {
    Bytes values(8, 0);
    values[1] = 140;
    EXPECT_EQ(first_channel(resample_image(row(values).view(), {0, 0, 1, 8}, 1, 2)), (Bytes{35, 0}));
    values.assign(8, 0);
    values[5] = 140;
    EXPECT_EQ(first_channel(resample_image(row(values).view(), {0, 0, 1, 8}, 1, 2)), (Bytes{5, 35}));
}

// 2 to 4, pixel centres at half integers: 0 and 80 become 0, 20, 60, 80.
TEST(ResampleImage, EnlargingIsLinear) {
    EXPECT_EQ(first_channel(resample_image(row({0, 80}).view(), {0, 0, 1, 2}, 1, 4)), (Bytes{0, 20, 60, 80}));
}

TEST(ResampleImage, ConstantsStayAndPixelsOutsideDoNotCount) {
    Pixels image = test::picture(50, 50);
    for (std::size_t i = 0; i < image.rgb.size(); ++i) image.rgb[i] = 255;
    EXPECT_EQ(resample_image(image.view(), {3.3, 7.7, 31.4, 22.2}, 17, 13), Bytes(17 * 13 * 3, 255));
    EXPECT_EQ(first_channel(resample_image(row({255, 10, 20, 255}).view(), {0, 1, 1, 2}, 1, 1)), (Bytes{15}));
}

// A ramp is linear, so any resampling inside is exact: value at x is 4 x.
TEST(ResampleImage, RowsAndColumnsAreTreatedAlike) {
    Pixels image{32, 32, {}};
    for (int y = 0; y < 32; ++y)
        for (int x = 0; x < 32; ++x)
            image.rgb.insert(image.rgb.end(), {static_cast<std::uint8_t>(4 * x), static_cast<std::uint8_t>(4 * y), 9});
    const Bytes small = resample_image(image.view(), {0, 0, 32, 32}, 8, 8);
    for (int y = 1; y < 7; ++y)
        for (int x = 1; x < 7; ++x) {
            EXPECT_EQ(small[static_cast<std::size_t>((y * 8 + x) * 3)],
                      4 * (4 * x + 2) - 2);  // mean of pixels about 4 x + 1.5
            EXPECT_EQ(small[static_cast<std::size_t>((y * 8 + x) * 3 + 1)], 4 * (4 * y + 2) - 2);
        }
}

TEST(CentreWindow, IsTheLargestOfItsProportions) {
    const ImageWindow wide = centre_window(100, 200, 50, 50);
    EXPECT_EQ(wide.top, 0);
    EXPECT_EQ(wide.left, 50);
    EXPECT_EQ(wide.height, 100);
    const ImageWindow part = centre_window(100, 200, 10, 10, 0.875);
    EXPECT_EQ(part.height, 87.5);
    EXPECT_EQ(part.top, 6.25);
    const ImageWindow flat = centre_window(100, 100, 10, 20);
    EXPECT_EQ(flat.width, 100);
    EXPECT_EQ(flat.height, 50);
}

TEST(DrawWindow, IsInsideAndOfTheAreaAskedFor) {
    double smallest = 1, largest = 0, flattest = 10, steepest = 0;
    for (std::int64_t sample = 0; sample < 2000; ++sample) {
        const ImageWindow w = draw_window(0.08, 300, 400, 224, 224, 1, 2, sample);
        ASSERT_GE(w.top, 0);
        ASSERT_GE(w.left, 0);
        ASSERT_LE(w.top + w.height, 300 + 1e-9);
        ASSERT_LE(w.left + w.width, 400 + 1e-9);
        const double area = w.height * w.width / 120000, aspect = w.width / w.height;
        smallest = std::min(smallest, area);
        largest = std::max(largest, area);
        flattest = std::min(flattest, aspect);
        steepest = std::max(steepest, aspect);
    }
    EXPECT_GE(smallest, 0.08);
    EXPECT_LT(smallest, 0.09);
    EXPECT_GT(largest, 0.9);
    EXPECT_GE(flattest, 0.75 - 1e-9);
    EXPECT_LT(flattest, 0.76);
    EXPECT_LE(steepest, 4.0 / 3 + 1e-9);
    EXPECT_GT(steepest, 1.32);
    const ImageWindow a = draw_window(0.5, 100, 100, 32, 32, 1, 1, 1), b = draw_window(0.5, 100, 100, 32, 32, 1, 2, 1);
    EXPECT_NE(a.top, b.top);
    EXPECT_EQ(a.top, draw_window(0.5, 100, 100, 32, 32, 1, 1, 1).top);
}

}  // namespace
}  // namespace hpnas
