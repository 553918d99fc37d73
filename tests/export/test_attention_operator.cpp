#include <gtest/gtest.h>

#include <algorithm>

#include "export/exported.hpp"
#include "hpnas/op/attention.hpp"
#include "hpnas/op/linear.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

std::int64_t count(const onnx::ModelProto& model, const std::string& type) {
    const auto types = node_types(model);
    return std::count(types.begin(), types.end(), type);
}

TEST(AttentionOperator, IsTwoProductsAndASoftmax) {
    const onnx::ModelProto model = exported(make_attention({.heads = 2}), {{5, 24}});
    EXPECT_EQ(count(model, "MatMul"), 2);
    EXPECT_EQ(count(model, "Softmax"), 1);
    EXPECT_EQ(count(model, "Where"), 0);
}

TEST(AttentionOperator, MaskedKeysGetNoProbability) {
    const onnx::ModelProto model = exported(make_attention({.mask = true}), {{5, 12}, {5}});
    EXPECT_EQ(count(model, "Where"), 1);
    EXPECT_EQ(count(model, "Greater"), 1);  // a key counts above one half
}

/// Encoder layers of width 4 with relative positions on ten tokens.
onnx::ModelProto layers_with_positions(int n) {
    NetworkBuilder builder;
    NodeId x = builder.input("x", {10, 4});
    for (int i = 0; i < n; ++i) {
        builder.push_scope("layer" + std::to_string(i));
        x = builder.add("qkv", make_linear({.out = 12}), x);
        x = builder.add("attention", make_attention({.max_distance = 2}), x);
        builder.pop_scope();
    }
    const Network network = std::move(builder).finish({x});
    return exported(network, Parameters(network), {});
}

std::int64_t count_constants(const onnx::ModelProto& model) {
    const auto& all = model.graph().initializer();
    return std::count_if(all.begin(), all.end(), [](const auto& x) { return x.name().starts_with("constant_"); });
}

TEST(AttentionOperator, LayersShareTheIndicesOfRelativePositions) {
    const onnx::ModelProto one = layers_with_positions(1), two = layers_with_positions(2);
    EXPECT_EQ(initialiser_sizes(one, "layer0.attention.key_positions"), (std::vector<std::int64_t>{4, 12}));
    EXPECT_EQ(initialiser_sizes(one, "layer0.attention.value_positions"), (std::vector<std::int64_t>{12, 4}));
    EXPECT_EQ(count(one, "Gather"), 2);
    EXPECT_EQ(count_constants(two), count_constants(one));
}

}  // namespace
}  // namespace hpnas
