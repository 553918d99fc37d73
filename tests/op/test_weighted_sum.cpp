#include <gtest/gtest.h>

#include <limits>

#include "hpnas/op/weighted_sum.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;
using Doubles = std::vector<double>;

TEST(WeightedSum, EverySampleHasItsOwnWeights) {
    const ReferenceArgs r = by_hand(make_weighted_sum(), {{2}, {2}, {2}},
                                    {{1, 2, 3, 4}, {10, 20, 30, 40}, {2, 1, 0.5, 3}}, {}, {1, 1, 1, -1});
    EXPECT_EQ(r.dst, (Doubles{12, 24, 91.5, 122}));
    EXPECT_EQ(r.diff_src[0], (Doubles{2, 2, 0.5, -0.5}));
    EXPECT_EQ(r.diff_src[1], (Doubles{1, 1, 3, -3}));
    EXPECT_EQ(r.diff_src[2], (Doubles{3, 30, -1, -10}));
}

TEST(WeightedSum, AnOptionOfWeightZeroIsNotRead) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const ReferenceArgs r = by_hand(make_weighted_sum(), {{1}, {1}, {2}}, {{5}, {nan}, {2, 0}}, {}, {1});
    EXPECT_EQ(r.dst, (Doubles{10}));
    EXPECT_EQ(r.diff_src[1], (Doubles{0}));
    EXPECT_EQ(r.diff_src[2], (Doubles{5, 0}));
}

TEST(WeightedSum, ShapesMustBeEqualAndWeightsAsManyAsOptions) {
    EXPECT_EQ(shape_error([] {
                  output_of(make_weighted_sum(), {{4, 3}});
              }),
              "weighted_sum: expected at least 2 inputs, values and their weights, got 1");
    EXPECT_EQ(shape_error([] {
                  output_of(make_weighted_sum(), {{4, 3}, {3}, {2}});
              }),
              "weighted_sum: src[1]: expected shape [4, 3], got [3]");
    EXPECT_EQ(shape_error([] {
                  output_of(make_weighted_sum(), {{4, 3}, {4, 3}, {3}});
              }),
              "weighted_sum: src[2]: expected shape [2], got [3]");
}

}  // namespace
}  // namespace hpnas
