#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/op/zero.hpp"
#include "hpnas/score/synflow.hpp"
#include "score/data_free_golden.hpp"
#include "score/data_free_network.hpp"

namespace hpnas {
namespace {

TEST(Synflow, MatchesPyTorch) {
    test::OwnProbe probe;
    EXPECT_NEAR(Synflow().compute(*probe).value(), golden::synflow, 1e-6);  // float32, a dozen products in a row
}

TEST(Synflow, IsNotDefinedWhereNothingFlows) {
    NetworkBuilder b;
    NodeId x = b.add("conv", make_conv2d({.out = 4}), b.input("x", {4, 4, 2}));
    x = b.add("zero", make_zero(), x);
    x = b.add("pool", make_global_average_pool(), x);
    test::OwnProbe probe(std::move(b).finish({b.add("fc", make_linear({.out = 2, .bias = false}), x)}));
    EXPECT_EQ(Synflow().compute(*probe), std::nullopt);
}

}  // namespace
}  // namespace hpnas
