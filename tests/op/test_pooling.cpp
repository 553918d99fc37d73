#include <gtest/gtest.h>

#include "hpnas/op/pooling.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;
using Doubles = std::vector<double>;

TEST(Pooling, MaximumSendsTheGradientToTheFirstLargest) {
    const ReferenceArgs r =
        by_hand(make_max_pool({.kernel = 2, .stride = 2}), {{2, 4, 1}}, {{1, 5, 2, 2, 5, 0, 2, 1}}, {}, {3, 4});
    EXPECT_EQ(r.dst, (Doubles{5, 2}));
    EXPECT_EQ(r.diff_src[0], (Doubles{0, 3, 4, 0, 0, 0, 0, 0}));
}

TEST(Pooling, AverageCountsPixelsInsideTheImageOnly) {
    // 3 x 3 windows with padding 1 on 2 x 2: each sees all four pixels
    const ReferenceArgs r = by_hand(make_average_pool({.kernel = 3, .stride = 1, .padding = 1}), {{2, 2, 1}},
                                    {{1, 2, 3, 6}}, {}, {4, 0, 0, 0});
    EXPECT_EQ(r.dst, Doubles(4, 3));
    EXPECT_EQ(r.diff_src[0], Doubles(4, 1));
}

TEST(Pooling, BadShapesAndAttributesAreNamed) {
    EXPECT_EQ(output_of(make_max_pool({.kernel = 3, .stride = 2, .padding = 1}), {{112, 112, 64}}),
              (Shape{56, 56, 64}));
    EXPECT_EQ(shape_error([] {
                  output_of(make_max_pool({.kernel = 5}), {{4, 4, 1}});
              }),
              "max_pool: kernel = 5 does not fit src [4, 4, 1] with padding 0");
    EXPECT_EQ(shape_error([] { make_average_pool({.kernel = 2, .padding = 2}); }),
              "average_pool: padding: expected a value in [0, 1], got 2");
}

}  // namespace
}  // namespace hpnas
