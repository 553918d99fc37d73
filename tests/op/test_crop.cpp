#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/op/crop.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

TEST(Crop, TakesTheBorderAwayAndGivesItNoGradient) {
    const ReferenceArgs r = by_hand(make_crop({.top = 1, .left = 1}), {{3, 2, 1}}, {{1, 2, 3, 4, 5, 6}}, {}, {7, 8});
    EXPECT_EQ(r.dst, (std::vector<double>{4, 6}));
    EXPECT_EQ(r.diff_src[0], (std::vector<double>{0, 0, 0, 7, 0, 8}));
}

TEST(Crop, EverySideHasItsOwnWidth) {
    EXPECT_EQ(output_of(make_crop({.top = 1, .left = 2, .bottom = 3, .right = 4}), {{10, 10, 2}}), (Shape{6, 4, 2}));
}

TEST(Crop, SomethingMustRemain) {
    EXPECT_THROW(output_of(make_crop({.top = 2, .bottom = 1}), {{3, 3, 1}}), ShapeError);
    EXPECT_THROW(make_crop({.top = -1}), ShapeError);
}

}  // namespace
}  // namespace hpnas
