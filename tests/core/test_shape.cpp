#include <gtest/gtest.h>

#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/core/shape.hpp"

namespace hpnas {
namespace {

TEST(Shape, ScalarHasCountOneAndOneChannel) {
    const Shape scalar;
    EXPECT_EQ(scalar.rank(), 0);
    EXPECT_EQ(scalar.count(), 1);
    EXPECT_EQ(scalar.channels(), 1);
    EXPECT_EQ(to_string(scalar), "[]");
}

// 32 * 24 * 3 = 2304 by hand.
TEST(Shape, CountIsTheProductAndChannelsTheLastSize) {
    const Shape image{32, 24, 3};
    EXPECT_EQ(image.count(), 2304);
    EXPECT_EQ(image.channels(), 3);
    EXPECT_EQ(image[1], 24);
    EXPECT_EQ(to_string(image), "[32, 24, 3]");
}

TEST(Shape, CountOfAnEmptyTensorIsZero) { EXPECT_EQ((Shape{0, 5}).count(), 0); }

TEST(Shape, EqualityComparesRankAndSizes) {
    const std::vector<std::int64_t> sizes = {2, 3};
    EXPECT_EQ((Shape{2, 3}), Shape(sizes));
    EXPECT_NE((Shape{2, 3}), (Shape{2, 3, 1}));
    EXPECT_NE((Shape{2, 3}), (Shape{3, 2}));
}

TEST(Shape, WithBatchPutsTheBatchInFront) { EXPECT_EQ((Shape{4, 5}).with_batch(8), (Shape{8, 4, 5})); }

TEST(Shape, MoreThanSixDimensionsAreRefused) {
    EXPECT_EQ((Shape{1, 2, 3, 4, 5, 6}).rank(), 6);
    EXPECT_THROW((Shape{1, 2, 3, 4, 5, 6, 7}), ShapeError);
    EXPECT_THROW((Shape{1, 2, 3, 4, 5, 6}).with_batch(2), ShapeError);
}

}  // namespace
}  // namespace hpnas
