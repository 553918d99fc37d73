#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "hpnas/op/identity.hpp"
#include "hpnas/op/layer_norm.hpp"
#include "hpnas/score/az_nas.hpp"
#include "score/data_free_golden.hpp"
#include "score/data_free_network.hpp"

namespace hpnas {
namespace {

TEST(AzNas, MatchesPyTorch) {
    test::OwnProbe probe;
    // float32; progressivity is a difference of entropies near 1.4
    EXPECT_NEAR(AzExpressivity().compute(*probe).value(), golden::az_expressivity, 1e-5);
    EXPECT_NEAR(AzProgressivity().compute(*probe).value(), golden::az_progressivity, 1e-5);
    EXPECT_NEAR(AzTrainability().compute(*probe).value(), golden::az_trainability, 1e-5);
}

TEST(AzNas, EveryBlockWithPositionsIsAFeature) {
    test::OwnProbe probe;
    EXPECT_EQ(probe->pass<AzNas>().entropies().size(), 3U);  // the head gives logits
    EXPECT_EQ(probe->pass<AzNas>().trainabilities().size(), 2U);
}

/// Blocks "first" (a linear layer) and "second" on sequences.
Network two_blocks(const OperatorPtr& second) {
    NetworkBuilder b;
    NodeId x = b.input("x", {6, 4});
    for (const auto& [name, op] : {std::pair{"first", make_linear({.out = 4})}, std::pair{"second", second}}) {
        b.push_scope(name);
        b.begin_block(name);
        x = b.add("op", op, x);
        b.end_block();
        b.pop_scope();
    }
    return std::move(b).finish({x});
}

TEST(AzNas, AnIdentityIsNotTrainable) {
    test::OwnProbe probe(two_blocks(make_identity()));
    EXPECT_EQ(probe->pass<AzNas>().trainabilities().at(0), -std::numeric_limits<double>::infinity());
    EXPECT_EQ(AzTrainability().compute(*probe), std::nullopt);
    EXPECT_EQ(AzProgressivity().compute(*probe), 0);
}

TEST(AzNas, LooksAtSequences) {
    test::OwnProbe probe(two_blocks(make_layer_norm()));
    // Entropy of four eigenvalues
    EXPECT_GT(AzExpressivity().compute(*probe).value(), 0);
    EXPECT_LT(AzExpressivity().compute(*probe).value(), 2 * std::log(4.0));
    EXPECT_LE(AzTrainability().compute(*probe).value(), 0);
}

TEST(AzNas, IsNotDefinedWithoutBlocks) {
    NetworkBuilder b;
    test::OwnProbe probe(std::move(b).finish({b.add("fc", make_linear({.out = 4}), b.input("x", {6, 4}))}));
    EXPECT_EQ(AzExpressivity().compute(*probe), std::nullopt);
    EXPECT_EQ(AzProgressivity().compute(*probe), std::nullopt);
    EXPECT_EQ(AzTrainability().compute(*probe), std::nullopt);
}

}  // namespace
}  // namespace hpnas
