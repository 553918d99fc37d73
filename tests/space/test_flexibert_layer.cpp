#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/space/flexibert_layer.hpp"

namespace hpnas::test {
namespace {

/// The layer alone, reading ten tokens of 32 numbers and a mask.
Network network_of(const FlexibertLayer& layer) {
    NetworkBuilder builder;
    const NodeId input = builder.input("input", {10, 32}), mask = builder.input("mask", {10});
    builder.push_scope("layers.0");
    return std::move(builder).finish({append_flexibert_layer(builder, input, layer, mask)});
}

std::int64_t linear(std::int64_t in, std::int64_t out) { return in * out + out; }

TEST(FlexibertLayer, OperationsHaveTheirParameters) {
    const std::int64_t norm = 2 * 32, feed_forward = linear(32, 48) + linear(48, 32) + norm;
    const auto operation = [&](const char* name, std::int64_t heads) {
        const Network network = network_of({.operation = name, .heads = heads, .ffn = 48});
        return network.cost().parameters - feed_forward;
    };
    EXPECT_EQ(operation("SA-SDP", 4), 4 * linear(32, 32) + norm);
    EXPECT_EQ(operation("SA-WMA", 4), 4 * linear(32, 32) + 32 * 32 + norm);
    EXPECT_EQ(operation("LT-DFT", 4), linear(32, 32));
    EXPECT_EQ(operation("LT-DCT", 4), linear(32, 32));
    // Queries, keys, values and convolved values; separable convolution; kernels; projection.
    EXPECT_EQ(operation("DSC-5", 4),
              4 * linear(32, 16) + 5 * 32 + linear(32, 16) + linear(16, 2 * 5) + linear(32, 32) + norm);
}

TEST(FlexibertLayer, StacksHaveInnerLayers) {
    const auto parameters = [](std::int64_t stack) {
        return network_of({.ffn = 48, .stack = stack}).cost().parameters;
    };
    EXPECT_EQ(parameters(3) - parameters(1), 2 * linear(48, 48));
}

TEST(FlexibertLayer, OnlyAttentionSeesTheMask) {
    const auto readers = [](const char* name) {
        const Network network = network_of({.operation = name, .heads = 2});
        int n = 0;
        for (const Node& node : network.nodes())
            for (const NodeId input : node.inputs) n += input == network.inputs()[1] ? 1 : 0;
        return n;
    };
    EXPECT_EQ(readers("SA-SDP"), 1);
    EXPECT_EQ(readers("SA-WMA"), 1);
    EXPECT_EQ(readers("DSC-9"), 1);
    EXPECT_EQ(readers("LT-DFT"), 0);
}

TEST(FlexibertLayer, KeysTellLayersApart) {
    EXPECT_EQ(flexibert_key({.operation = "DSC-5", .heads = 4, .ffn = 512, .stack = 3}),
              "flexibert DSC-5 heads=4 ffn=512x3 eps=1e-12");
    EXPECT_EQ(flexibert_key({.operation = "LT-DCT", .heads = 4}), flexibert_key({.operation = "LT-DCT", .heads = 2}));
}

TEST(FlexibertLayer, BadNamesAndHeadsAreRefused) {
    for (const char* name : {"", "SA", "DSC-", "DSC-4", "DSC-1", "DSC-65", "DSC-5.0", "sa-sdp"})
        EXPECT_THROW(flexibert_operation(name), EncodingError) << name;
    EXPECT_THROW(network_of({.operation = "SA-SDP", .heads = 3}), ShapeError);
    EXPECT_THROW(network_of({.operation = "DSC-5", .heads = 1}), ShapeError);
    EXPECT_NO_THROW(network_of({.operation = "LT-DFT", .heads = 3}));
}

}  // namespace
}  // namespace hpnas::test
