#include <gtest/gtest.h>

#include "export/attention_inputs.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/space/transformer_block.hpp"

namespace hpnas {
namespace {

TEST(AttentionInputs, SayHowLayersShareTheirOutput) {
    NetworkBuilder builder;
    const NodeId x = builder.input("x", {5, 8}), memory = builder.input("memory", {7, 8});
    builder.push_scope("layer");
    const NodeId last = append_decoder_block(builder, x, memory, {.qkv = 12, .heads = 3, .ffn = 4});
    builder.pop_scope();
    const Network network = std::move(builder).finish({last});
    const std::vector<AttentionInput> inputs = attention_inputs(network);
    ASSERT_EQ(inputs.size(), network.nodes().size());
    for (std::size_t id = 0; id < inputs.size(); ++id) {
        const std::string& name = network.nodes()[id].name;
        const std::int64_t parts = name == "layer.qkv" ? 3 : name == "layer.kv" ? 2 : 1;
        EXPECT_EQ(inputs[id].parts, parts) << name;
        EXPECT_EQ(inputs[id].heads, parts > 1 || name == "layer.q" ? 3 : 0) << name;
    }
}

}  // namespace
}  // namespace hpnas
