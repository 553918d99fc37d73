#include <gtest/gtest.h>

#include <algorithm>

#include "export/exported.hpp"
#include "hpnas/op/attention.hpp"

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

TEST(AttentionOperator, RelativePositionsShareTheirIndicesBetweenLayers) {
    NetworkBuilder builder;
    NodeId x = builder.input("x", {10, 12});
    for (const char* name : {"a", "b"}) {
        x = builder.add(name, make_attention({.max_distance = 2}), x);
        if (std::string(name) == "a") break;
    }
    const Network one = std::move(builder).finish({x});
    const onnx::ModelProto model = exported(one, Parameters(one), {.metadata = {}});
    EXPECT_EQ(initialiser_sizes(model, "a.key_positions"), (std::vector<std::int64_t>{4, 12}));
    EXPECT_EQ(initialiser_sizes(model, "a.value_positions"), (std::vector<std::int64_t>{12, 4}));
    EXPECT_EQ(count(model, "Gather"), 2);
}

}  // namespace
}  // namespace hpnas
