#include <gtest/gtest.h>

#include "hpnas/score/expressivity.hpp"
#include "score/data_free_golden.hpp"
#include "score/data_free_network.hpp"

namespace hpnas {
namespace {

TEST(Expressivity, MatchesPyTorch) {
    test::OwnProbe probe;
    // float32; the difference is 1 % of the features, so it keeps five digits.
    EXPECT_NEAR(Expressivity({.repeats = 2, .batch = 4}).compute(*probe).value(), golden::expressivity, 1e-4);
}

}  // namespace
}  // namespace hpnas
