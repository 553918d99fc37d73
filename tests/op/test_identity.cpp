#include <gtest/gtest.h>

#include "hpnas/op/identity.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

TEST(Identity, ValuesAndGradientsPass) {
    const ReferenceArgs r = by_hand(make_identity(), {{2}}, {{1, -2}}, {}, {3, 4});
    EXPECT_EQ(r.dst, (std::vector<double>{1, -2}));
    EXPECT_EQ(r.diff_src[0], (std::vector<double>{3, 4}));
}

TEST(Identity, KeepsTheShape) { EXPECT_EQ(output_of(make_identity(), {{4, 5, 3}}), (Shape{4, 5, 3})); }

}  // namespace
}  // namespace hpnas
