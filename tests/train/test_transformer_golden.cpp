// The layers of space/transformer_block.hpp against PyTorch's nn.TransformerEncoderLayer and
// nn.TransformerDecoderLayer.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "hpnas/kernel/engine.hpp"
#include "hpnas/space/transformer_block.hpp"
#include "hpnas/tensor/arena.hpp"
#include "hpnas/train/executor.hpp"
#include "train/toy_networks.hpp"
#include "train/transformer_golden.hpp"

namespace hpnas {
namespace {

using test::wave;

constexpr std::int64_t embed = 8, batch = 2;
const TransformerBlock block{.qkv = embed, .heads = 2, .ffn = 12};

/// As in transformer_golden.py.
void set_weights(Parameters& parameters) {
    static constexpr std::array<std::string_view, 10> parts{"norm1", "qkv",        "proj",  "norm2", "q",
                                                            "kv",    "cross_proj", "norm3", "fc1",   "fc2"};
    for (const Parameters::Entry& entry : parameters.entries()) {
        const std::size_t begin = entry.name.find('.') + 1;  // behind "layer."
        const std::string part = entry.name.substr(begin, entry.name.rfind('.') - begin);
        const auto at = std::find(parts.begin(), parts.end(), part);
        ASSERT_NE(at, parts.end()) << entry.name;
        const auto k = static_cast<double>(at - parts.begin());
        const std::span<float> values = parameters.values(entry);
        const bool is_weight = entry.name.ends_with("weight");
        const std::vector<float> numbers =
            is_weight ? wave(values.size(), 1.3 + k / 10, k, 0.3) : wave(values.size(), 0.9 + k / 10, k, 0.1);
        std::copy(numbers.begin(), numbers.end(), values.begin());
        if (is_weight && part.starts_with("norm"))
            for (float& x : values) x += 1;
    }
}

/// Runs a network of "input" [5, 8] and perhaps a second input, and compares output and gradient.
void expect_golden(const Network& network, const std::vector<float>& second, const std::vector<double>& output,
                   const std::vector<double>& gradient) {
    kernel::Engine engine;
    Arena arena;
    Parameters parameters(network);
    set_weights(parameters);
    Executor executor(network, parameters, {engine, arena},
                      {.batch = batch, .mode = ExecutionMode::training, .input_gradients = true});
    const auto copy = [](const std::vector<float>& from, std::span<float> to) {
        ASSERT_EQ(from.size(), to.size());
        std::copy(from.begin(), from.end(), to.begin());
    };
    copy(wave(80, 0.7, 0.3, 1), executor.input());
    if (!second.empty()) copy(second, executor.input(1));
    executor.forward();
    ASSERT_EQ(executor.output().size(), output.size());
    // Some 30 products and sums of order 1 in float32.
    for (std::size_t i = 0; i < output.size(); ++i)
        EXPECT_NEAR(static_cast<double>(executor.output()[i]), output[i], 1e-5);
    copy(wave(80, 0.8, 0.5, 1), executor.output_gradient());
    executor.backward();
    for (std::size_t i = 0; i < gradient.size(); ++i)
        EXPECT_NEAR(static_cast<double>(executor.input_gradient()[i]), gradient[i], 2e-5);
}

Network encoder(const TransformerBlock& b, bool mask) {
    NetworkBuilder builder;
    const NodeId input = builder.input("input", {5, embed});
    std::optional<NodeId> seen;
    if (mask) seen = builder.input("mask", {5});
    builder.push_scope("layer");
    const NodeId output = append_encoder_block(builder, input, b, seen);
    return std::move(builder).finish({output});
}

TEST(TransformerGolden, PreNormEncoderIsPyTorchs) {
    expect_golden(encoder(block, false), {}, golden::encoder_pre, golden::encoder_pre_gradient);
}

TEST(TransformerGolden, PostNormEncoderWithPaddingIsPyTorchs) {
    TransformerBlock b = block;
    b.pre_norm = false;
    b.activation = Activation::relu;
    expect_golden(encoder(b, true), {1, 1, 0, 1, 0, 1, 0, 1, 1, 1}, golden::encoder_post_masked,
                  golden::encoder_post_masked_gradient);
}

TEST(TransformerGolden, DecoderIsPyTorchs) {
    NetworkBuilder builder;
    const NodeId input = builder.input("input", {5, embed}), memory = builder.input("memory", {4, embed});
    builder.push_scope("layer");
    TransformerBlock b = block;
    b.causal = true;
    const NodeId output = append_decoder_block(builder, input, memory, b);
    expect_golden(std::move(builder).finish({output}), wave(64, 0.6, 0.1, 1), golden::decoder,
                  golden::decoder_gradient);
}

}  // namespace
}  // namespace hpnas
