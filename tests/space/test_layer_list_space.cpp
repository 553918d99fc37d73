#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/core/error.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "hpnas/op/drop_path.hpp"
#include "hpnas/space/describe.hpp"
#include "hpnas/space/layer_list_space.hpp"
#include "space/golden.hpp"
#include "space/make_space.hpp"

namespace hpnas::test {
namespace {

/// What a block's nodes tell about it.
struct Inside {
    bool residual = false;
    double drop_path = 0, bn_eps = 0;
};

Inside look_into(const Network& network, const Block& block) {
    Inside inside;
    for (NodeId id = block.first; id <= block.last; ++id) {
        const Operator& op = *network.node(id).op;
        if (op.type() == "add") inside.residual = true;
        if (const auto* drop = dynamic_cast<const DropPath*>(&op)) inside.drop_path = drop->attributes().rate;
        if (const auto* norm = dynamic_cast<const BatchNorm*>(&op)) inside.bn_eps = norm->attributes().eps;
    }
    return inside;
}

void expect_golden(const Network& network, const GoldenNetwork& golden, bool half) {
    const Description description = describe(network);
    EXPECT_EQ(description.resolution, golden.resolution);
    EXPECT_EQ(description.total.parameters, golden.parameters);
    EXPECT_EQ(description.total.macs, half ? golden.macs_half : golden.macs);
    ASSERT_EQ(description.rows.size(), golden.layers.size());
    for (std::size_t i = 0; i < golden.layers.size(); ++i) {
        const BlockRow& row = description.rows[i];
        const GoldenLayer& layer = golden.layers[i];
        SCOPED_TRACE(row.name + " " + row.key);
        EXPECT_EQ(row.parameters, layer.parameters);
        EXPECT_EQ(row.macs, half ? layer.macs_half : layer.macs);
        EXPECT_EQ(row.input.channels(), layer.in_channels);
        EXPECT_EQ(row.output.channels(), layer.out_channels);
        if (!half) {
            EXPECT_EQ(row.input[0], layer.in_size);
        }
        const bool is_head = i + 1 == golden.layers.size();
        if (!is_head) {
            EXPECT_EQ(row.output[0], half ? layer.out_size_half : layer.out_size);
        }
        const Inside inside = look_into(network, network.blocks()[i]);
        EXPECT_EQ(inside.residual, layer.residual);
        EXPECT_EQ(inside.bn_eps, layer.bn_eps);
        // The published list prints six digits.
        if (layer.residual) {
            EXPECT_NEAR(inside.drop_path, static_cast<double>(layer.drop_path_1e6) * 1e-6, 5.1e-7);
        }
    }
}

// Parameters, MACs and sizes of all 148 layers as the published builder makes them (see the data file).
TEST(LayerListSpace, PublishedNetworksAsBuiltHaveTheirGoldenLayers) {
    const auto space = make_space("{name: gpunet_networks, padding: as_built}");
    const auto networks = golden_networks();
    ASSERT_EQ(networks.size(), 7U);
    for (const GoldenNetwork& golden : networks) {
        SCOPED_TRACE(golden.name);
        expect_golden(space->decode(space->parse(golden.name)), golden, false);
    }
}

TEST(LayerListSpace, PublishedNetworksWithHalfPaddingHaveTheirGoldenLayers) {
    const auto space = make_space("gpunet_networks");
    for (const GoldenNetwork& golden : golden_networks()) {
        SCOPED_TRACE(golden.name);
        expect_golden(space->decode(space->parse(golden.name)), golden, true);
    }
}

TEST(LayerListSpace, NotationIsTheNameOrTheNumber) {
    const auto space = make_space("gpunet_networks");
    EXPECT_EQ(space->parse("GPUNet-2"), Encoding{2});
    EXPECT_EQ(space->parse("2"), Encoding{2});
    EXPECT_EQ(space->parse("v:GPUNet-D1"), Encoding{5});
    EXPECT_EQ(space->format({2}), "GPUNet-2");
    EXPECT_THROW(space->parse("7"), EncodingError);
    try {
        space->parse("GPUNet-3");
        FAIL();
    } catch (const EncodingError& error) {
        EXPECT_STREQ(error.what(),
                     "space gpunet_networks: expected one of GPUNet-0, GPUNet-1, GPUNet-2, GPUNet-P0, GPUNet-P1, "
                     "GPUNet-D1, GPUNet-D2, got 'GPUNet-3'");
    }
}

TEST(LayerListSpace, TaskSetsClassesChannelsAndResolution) {
    const auto space = make_space("gpunet_networks", {.classes = 10, .input_channels = 1, .resolution = 64});
    const Network network = space->decode({2});
    EXPECT_EQ(network.node(network.inputs()[0]).shape, (Shape{64, 64, 1}));
    EXPECT_EQ(network.node(network.outputs()[0]).shape, (Shape{10}));
    // 990 classes of 1280 weights and a bias less, and two input channels of 3x3 weights to 32 filters.
    EXPECT_EQ(network.cost().parameters, 25'798'704 - 990 * 1281 - 2 * 9 * 32);
}

TEST(LayerListSpace, SearchedAttributesAreRefused) {
    Diagnostics diagnostics;
    read_layer_lists(parse_yaml("networks:\n"
                                "  mine:\n"
                                "    resolution: 8\n"
                                "    stages:\n"
                                "      - {block: conv, filters: [4, 8], kernel: 3, activation: relu}\n",
                                "l.yaml"),
                     "", diagnostics);
    ASSERT_EQ(diagnostics.lines().size(), 1U);
    EXPECT_EQ(diagnostics.lines()[0],
              "l.yaml:2: networks.mine.stage0.filters: a layer list is fixed: expected a single value");
}

TEST(LayerListSpace, MissingNetworksAreReported) {
    for (const char* yaml : {"name: x", "networks: {}", "networks: [1]"}) {
        Diagnostics diagnostics;
        read_layer_lists(parse_yaml(yaml, "l.yaml"), "", diagnostics);
        EXPECT_FALSE(diagnostics.empty()) << yaml;
    }
}

}  // namespace
}  // namespace hpnas::test
