#include <gtest/gtest.h>

#include <numeric>

#include "data/toy_images.hpp"

namespace hpnas {
namespace {

TEST(ImageSet, HashDependsOnPixelsLabelsAndShape) {
    const ImageSet original = *test::toy_images(4, 3, 5, 2);
    ImageSet same = original;
    same.source = "elsewhere";  // where the images lay is not what they are
    EXPECT_EQ(same.hash(), original.hash());
    ImageSet pixel = original, label = original, shape = original;
    pixel.pixels.back() ^= 1;
    label.labels[0] = 1;
    shape.shape = Shape{5, 3, 3};
    EXPECT_NE(pixel.hash(), original.hash());
    EXPECT_NE(label.hash(), original.hash());
    EXPECT_NE(shape.hash(), original.hash());
}

TEST(ImageSubset, WholeHoldsEveryImageInOrder) {
    const auto set = test::toy_images(5, 2, 2, 3);
    const ImageSubset all = whole(set);
    ASSERT_EQ(all.size(), 5);
    for (std::int64_t i = 0; i < 5; ++i) {
        EXPECT_EQ(all.indices[static_cast<std::size_t>(i)], i);
        EXPECT_EQ(all.label(i), i % 3);
        EXPECT_EQ(all.image(i), set->pixels.data() + i * 12);  // 2 * 2 * 3 bytes per image
    }
}

}  // namespace
}  // namespace hpnas
