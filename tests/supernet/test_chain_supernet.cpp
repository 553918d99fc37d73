#include <gtest/gtest.h>

#include "hpnas/op/dropout.hpp"
#include "hpnas/supernet/chain_supernet.hpp"
#include "hpnas/supernet/transplant.hpp"
#include "supernet/supernet_example.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

TEST(ChainSupernet, EveryLayerHasEveryOption) {
    const auto space = tiny_chain();
    const Network network = chain_supernet(*space).network;
    for (const char* name : {"layers.0.options.0.conv", "layers.1.options.1.relu", "layers.2.options.2.pool",
                             "layers.2.mixture", "halvings.0.pool", "stem.conv", "head.fc"})
        EXPECT_NO_THROW(node_named(network, name)) << name;
    EXPECT_EQ(network.node(node_named(network, "halvings.0.pool")).inputs[0], node_named(network, "layers.0.mixture"));
}

TEST(ChainSupernet, SkippedLayersHaveDropoutWhereShapesAllow) {
    const Network network = chain_supernet(*tiny_mbconv()).network;
    const auto* skip =
        dynamic_cast<const Dropout*>(network.node(node_named(network, "layers.1.options.0.skip")).op.get());
    ASSERT_NE(skip, nullptr);
    EXPECT_EQ(skip->attributes().rate, 0.1);
    EXPECT_NO_THROW(node_named(network, "layers.0.options.0.conv1"));  // wider than its input: cannot be skipped
    const Network without = chain_supernet(*tiny_mbconv(), 0).network;
    EXPECT_EQ(without.node(node_named(without, "layers.1.options.0.skip")).op->type(), "identity");
}

// unas.md [D]: 27.68 M parameters and 3.99 GMAC with all options of all layers at 224 x 224.
TEST(ChainSupernet, MbconvHasThePublishedSize) {
    const auto space = space_from("{name: mbconv}", {.classes = 1000});
    const Cost cost = chain_supernet(*space).network.cost();
    EXPECT_NEAR(static_cast<double>(cost.parameters), 27.68e6, 0.01e6);
    EXPECT_NEAR(static_cast<double>(cost.macs), 3.99e9, 0.01e9);
}

}  // namespace
}  // namespace hpnas
