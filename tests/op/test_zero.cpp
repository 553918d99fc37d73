#include <gtest/gtest.h>

#include <limits>

#include "hpnas/op/zero.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

TEST(Zero, NeitherValuesNorGradientsPass) {
    const double infinity = std::numeric_limits<double>::infinity();
    const ReferenceArgs r = by_hand(make_zero(), {{3}}, {{1, -2, infinity}}, {}, {3, 4, 5});
    EXPECT_EQ(r.dst, (std::vector<double>{0, 0, 0}));
    EXPECT_EQ(r.diff_src[0], (std::vector<double>{0, 0, 0}));
}

TEST(Zero, KeepsTheShape) { EXPECT_EQ(output_of(make_zero(), {{4, 5, 3}}), (Shape{4, 5, 3})); }

}  // namespace
}  // namespace hpnas
