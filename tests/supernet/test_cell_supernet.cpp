#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "hpnas/supernet/cell_supernet.hpp"
#include "hpnas/supernet/transplant.hpp"
#include "supernet/supernet_example.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

// unas.md [D]: CIFAR-10 2.480 M, CIFAR-100 2.503 M parameters with 16 channels and 8 cells.
TEST(CellSupernet, HasThePublishedSize) {
    const auto parameters = [](std::int64_t classes, const std::string& options) {
        const auto space = space_from("{name: darts_cell" + options + "}", {.classes = classes});
        return static_cast<double>(cell_supernet(*space).network.cost().parameters);
    };
    EXPECT_NEAR(parameters(10, ""), 2.480e6, 0.0005e6);
    EXPECT_NEAR(parameters(100, ""), 2.503e6, 0.0005e6);
    EXPECT_NEAR(parameters(1000, ", channels: 48, cells: 14, operations: 5, stem: imagenet"), 21.32e6, 0.005e6);
}

TEST(CellSupernet, CellsOfOneTypeShareTheirWeightsOfOptions) {
    const auto space = tiny_cells();  // one normal cell, two reductions
    const Supernet supernet = cell_supernet(*space);
    ASSERT_EQ(supernet.mixtures.size(), 8U);
    EXPECT_EQ(supernet.mixtures[0].branches.size(), 2U * 4U);
    EXPECT_EQ(supernet.mixtures[7].branches.size(), 5U * 4U);
    const auto stands_in = [&](const Mixture& mixture, const std::string& cell) {
        for (const NodeId id : mixture.branches.back())
            if (supernet.network.node(id).name.starts_with(cell)) return true;
        return false;
    };
    EXPECT_TRUE(stands_in(supernet.mixtures[0], "cells.0."));
    EXPECT_FALSE(stands_in(supernet.mixtures[0], "cells.1."));
    EXPECT_TRUE(stands_in(supernet.mixtures[4], "cells.1."));
    EXPECT_TRUE(stands_in(supernet.mixtures[4], "cells.2."));
    EXPECT_EQ(supernet.duplicates.size(), 8U);
}

TEST(CellSupernet, OperationsShareReluOfAValue) {
    const Supernet supernet = cell_supernet(*tiny_cells());
    std::vector<std::string> readers;  // relus of values that a relu has read already
    std::set<NodeId> read;
    for (const Node& node : supernet.network.nodes())
        if (node.op != nullptr && node.op->type() == "relu" && node.name.find("preprocess") == std::string::npos &&
            !read.insert(node.inputs[0]).second)
            readers.push_back(node.name);
    EXPECT_EQ(readers, std::vector<std::string>{});
    EXPECT_NE(node_named(supernet.network, "cells.0.relu4"), -1);
}

TEST(CellSupernet, OnlyStemAndClassifierHaveAffineNorms) {
    const Supernet supernet = cell_supernet(*tiny_cells());
    const Parameters parameters(supernet.network);
    EXPECT_NE(parameters.find("stem.bn1.weight"), nullptr);
    EXPECT_EQ(parameters.find("cells.0.preprocess0.bn.weight"), nullptr);
    EXPECT_NE(parameters.find("cells.0.preprocess0.bn.running_mean"), nullptr);
    EXPECT_EQ(parameters.find("cells.1.nodes.0.inputs.0.ops.1.bn1.weight"), nullptr);
}

}  // namespace
}  // namespace hpnas
