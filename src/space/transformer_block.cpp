#include "hpnas/space/transformer_block.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hpnas/core/error.hpp"
#include "hpnas/op/activate.hpp"
#include "hpnas/op/add.hpp"
#include "hpnas/op/attention.hpp"
#include "hpnas/op/drop_path.hpp"
#include "hpnas/op/dropout.hpp"
#include "hpnas/op/layer_norm.hpp"
#include "hpnas/op/linear.hpp"

namespace hpnas {
namespace {

void check(const TransformerBlock& b) {
    if (b.heads >= 1 && b.qkv >= b.heads && b.qkv % b.heads == 0) return;
    throw ShapeError(fmt::format("transformer block: expected heads that divide qkv, got {} and {}", b.heads, b.qkv));
}

std::string key(std::string_view kind, const TransformerBlock& b) {
    std::string text = fmt::format("{} {} qkv={} heads={} ffn={} act={}", kind, b.pre_norm ? "pre" : "post", b.qkv,
                                   b.heads, b.ffn, to_string(b.activation));
    if (b.epsilon != TransformerBlock{}.epsilon) text += fmt::format(" eps={}", b.epsilon);
    if (b.causal) text += " causal";
    if (b.max_distance > 0) text += fmt::format(" max_distance={}", b.max_distance);
    return text;
}

/// Adds the branches of a layer one after the other, each around the value so far.
class Layer {
public:
    Layer(NetworkBuilder& builder, NodeId input, const TransformerBlock& block)
        : builder_(builder), block_(block), embed_(builder.shape(input).channels()), at_(input), residual_(input) {}

    void self_attention(std::optional<NodeId> mask) {
        begin_branch();
        add("qkv", make_linear({.out = 3 * block_.qkv}));
        std::vector<NodeId> inputs{at_};
        if (mask) inputs.push_back(*mask);
        at_ = builder_.add("attention",
                           make_attention({.heads = block_.heads,
                                           .causal = block_.causal,
                                           .mask = mask.has_value(),
                                           .max_distance = block_.max_distance}),
                           inputs);
        add("proj", make_linear({.out = embed_}));
        end_branch();
    }
    void cross_attention(NodeId memory, std::optional<NodeId> mask) {
        begin_branch();
        add("q", make_linear({.out = block_.qkv}));
        std::vector<NodeId> inputs{at_, builder_.add("kv", make_linear({.out = 2 * block_.qkv}), memory)};
        if (mask) inputs.push_back(*mask);
        at_ = builder_.add("cross_attention",
                           make_attention({.heads = block_.heads, .mask = mask.has_value(), .memory = true}), inputs);
        add("cross_proj", make_linear({.out = embed_}));
        end_branch();
    }
    void feed_forward() {
        begin_branch();
        add("fc1", make_linear({.out = block_.ffn}));
        add("act", make_activation(block_.activation));
        if (block_.inner_dropout > 0) add("inner_dropout", make_dropout({.rate = block_.inner_dropout}));
        add("fc2", make_linear({.out = embed_}));
        end_branch();
    }
    NodeId at() const noexcept { return at_; }

private:
    void begin_branch() {
        residual_ = at_;
        ++branch_;
        if (block_.pre_norm) norm();
    }
    void end_branch() {
        if (block_.dropout > 0) add(fmt::format("dropout{}", branch_), make_dropout({.rate = block_.dropout}));
        if (block_.drop_path > 0) add(fmt::format("drop_path{}", branch_), make_drop_path({.rate = block_.drop_path}));
        at_ = builder_.add(fmt::format("add{}", branch_), make_add(), {residual_, at_});
        if (!block_.pre_norm) norm();
    }
    void norm() { add(fmt::format("norm{}", branch_), make_layer_norm({.epsilon = block_.epsilon})); }
    void add(const std::string& name, OperatorPtr op) { at_ = builder_.add(name, std::move(op), at_); }

    NetworkBuilder& builder_;
    const TransformerBlock& block_;
    std::int64_t embed_;
    NodeId at_, residual_;
    int branch_ = 0;
};

}  // namespace

std::string encoder_key(const TransformerBlock& block, bool mask) {
    return key("encoder", block) + (mask ? " mask" : "");
}

std::string decoder_key(const TransformerBlock& block, const Shape& memory, bool mask) {
    return fmt::format("{} memory={}x{}{}", key("decoder", block), memory[0], memory[1], mask ? " mask" : "");
}

NodeId append_encoder_block(NetworkBuilder& builder, NodeId input, const TransformerBlock& block,
                            std::optional<NodeId> mask) {
    check(block);
    builder.begin_block(encoder_key(block, mask.has_value()));
    Layer layer(builder, input, block);
    layer.self_attention(mask);
    layer.feed_forward();
    builder.end_block();
    return layer.at();
}

NodeId append_decoder_block(NetworkBuilder& builder, NodeId input, NodeId memory, const TransformerBlock& block,
                            std::optional<NodeId> mask) {
    check(block);
    builder.begin_block(decoder_key(block, builder.shape(memory), mask.has_value()));
    Layer layer(builder, input, block);
    layer.self_attention(std::nullopt);
    layer.cross_attention(memory, mask);
    layer.feed_forward();
    builder.end_block();
    return layer.at();
}

std::int64_t ffn_width(double ratio, std::int64_t embed) {
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(ratio * static_cast<double>(embed)));
}

std::int16_t first_equal_ffn(std::span<const double> ratios, std::size_t choice, std::int64_t embed) {
    const std::int64_t width = ffn_width(ratios[choice], embed);
    const auto first =
        std::find_if(ratios.begin(), ratios.end(), [&](double ratio) { return ffn_width(ratio, embed) == width; });
    return static_cast<std::int16_t>(first - ratios.begin());
}

}  // namespace hpnas
