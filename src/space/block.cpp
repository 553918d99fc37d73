#include "hpnas/space/block.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hpnas/core/error.hpp"
#include "hpnas/op/activate.hpp"
#include "hpnas/op/add.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/drop_path.hpp"
#include "hpnas/op/dropout.hpp"
#include "hpnas/op/global_average_pool.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/op/squeeze_excite.hpp"

namespace hpnas {
namespace {

std::int64_t padding_of(const BlockSpec& spec) { return spec.padding < 0 ? spec.kernel / 2 : spec.padding; }

bool has_residual(const BlockSpec& spec, const Shape& input) {
    return spec.residual && spec.stride == 1 && spec.out == input.channels() && block_output(spec, input) == input;
}

/// Adds one block's nodes; numbers the convolutions: conv1, bn1, act1, conv2, ...
class BlockBuilder {
public:
    BlockBuilder(NetworkBuilder& builder, NodeId input, const BlockSpec& spec)
        : builder_(builder), at_(input), spec_(spec) {}

    void conv(std::int64_t out, std::int64_t kernel, std::int64_t stride, std::int64_t groups = 1) {
        Conv2dAttributes attributes{.out = out, .kernel = kernel, .stride = stride, .groups = groups};
        attributes.padding = kernel == 1 ? 0 : padding_of(spec_);
        ++n_convs_;
        add(fmt::format("conv{}", n_convs_), make_conv2d(attributes));
        add(fmt::format("bn{}", n_convs_), make_batch_norm({.eps = spec_.bn_eps}));
    }
    void depthwise() {
        const std::int64_t channels = builder_.shape(at_).channels();
        conv(channels, spec_.kernel, spec_.stride, channels);
    }
    void activate() { add(fmt::format("act{}", n_convs_), make_activation(spec_.activation)); }
    void squeeze_excite() {
        if (spec_.se > 0) add("se", make_squeeze_excite({.reduced = spec_.se, .activation = spec_.activation}));
    }
    void residual(NodeId input) {
        if (!has_residual(spec_, builder_.shape(input))) return;
        if (spec_.drop_path > 0) add("drop_path", make_drop_path({.rate = spec_.drop_path}));
        at_ = builder_.add("add", make_add(), {at_, input});
    }
    void classifier() {
        add("pool", make_global_average_pool());
        if (spec_.features > 0) {
            add("features", make_linear({.out = spec_.features, .bias = false}));
            add("features_act", make_activation(spec_.activation));
        }
        if (spec_.dropout > 0) add("dropout", make_dropout({.rate = spec_.dropout}));
        add("fc", make_linear({.out = spec_.out}));
    }
    NodeId at() const noexcept { return at_; }

private:
    void add(const std::string& name, OperatorPtr op) { at_ = builder_.add(name, std::move(op), at_); }

    NetworkBuilder& builder_;
    NodeId at_;
    const BlockSpec& spec_;
    int n_convs_ = 0;
};

void add_nodes(BlockBuilder& block, NodeId input, const BlockSpec& spec) {
    switch (spec.kind) {
        case BlockKind::conv:
            for (std::int64_t i = 0; i < spec.convs; ++i) {
                block.conv(spec.out, spec.kernel, i == 0 ? spec.stride : 1);
                block.activate();
            }
            return;
        case BlockKind::fused_irb:
            block.conv(spec.mid, spec.kernel, spec.stride);
            block.activate();
            block.squeeze_excite();
            block.conv(spec.out, 1, 1);
            block.residual(input);
            return;
        case BlockKind::irb:
            if (spec.mid > 0) {
                block.conv(spec.mid, 1, 1);
                block.activate();
            }
            block.depthwise();
            block.activate();
            block.squeeze_excite();
            block.conv(spec.out, 1, 1);
            block.residual(input);
            return;
        case BlockKind::head:
            block.conv(spec.mid, 1, 1);
            block.activate();
            block.classifier();
            return;
    }
}

}  // namespace

std::string_view to_string(BlockKind kind) noexcept {
    switch (kind) {
        case BlockKind::conv:
            return "conv";
        case BlockKind::fused_irb:
            return "fused_irb";
        case BlockKind::irb:
            return "irb";
        case BlockKind::head:
            return "head";
    }
    return "";
}

std::string block_key(const BlockSpec& spec) {
    std::string key(to_string(spec.kind));
    const auto out = std::back_inserter(key);
    if (spec.kind != BlockKind::head) fmt::format_to(out, " k={} s={}", spec.kernel, spec.stride);
    if (spec.kind == BlockKind::conv && spec.convs != 1) fmt::format_to(out, " n={}", spec.convs);
    if (spec.kind != BlockKind::conv) fmt::format_to(out, " mid={}", spec.mid);
    if (spec.kind == BlockKind::irb || spec.kind == BlockKind::fused_irb) fmt::format_to(out, " se={}", spec.se);
    if (spec.features != 0) fmt::format_to(out, " features={}", spec.features);
    fmt::format_to(out, " act={} out={}", to_string(spec.activation), spec.out);
    if (padding_of(spec) != spec.kernel / 2) fmt::format_to(out, " pad={}", padding_of(spec));
    if (!spec.residual) key += " residual=0";
    if (spec.bn_eps != BlockSpec{}.bn_eps) fmt::format_to(out, " eps={}", spec.bn_eps);
    return key;
}

Shape block_output(const BlockSpec& spec, const Shape& input) {
    if (spec.kind == BlockKind::head) return {spec.out};
    const auto size = [&](std::int64_t n) {
        for (std::int64_t i = 0; i < spec.convs; ++i) {
            const std::int64_t room = n + 2 * padding_of(spec) - spec.kernel;
            if (room < 0) throw ShapeError(fmt::format("{}: input {} is too small", block_key(spec), to_string(input)));
            n = room / (i == 0 ? spec.stride : 1) + 1;
        }
        return n;
    };
    return {size(input[0]), size(input[1]), spec.out};
}

NodeId append_block(NetworkBuilder& builder, NodeId input, const BlockSpec& spec) {
    builder.begin_block(block_key(spec));
    BlockBuilder block(builder, input, spec);
    add_nodes(block, input, spec);
    builder.end_block();
    return block.at();
}

Network block_network(const BlockSpec& spec, const Shape& input) {
    NetworkBuilder builder;
    const NodeId source = builder.input("input", input);
    builder.push_scope("block");
    const NodeId output = append_block(builder, source, spec);
    builder.pop_scope();
    return std::move(builder).finish({output});
}

std::int64_t rounded_channels(double value, std::int64_t divisor) {
    if (divisor == 0) return std::llround(value);
    const auto multiple = static_cast<std::int64_t>(
        std::floor((value + static_cast<double>(divisor) / 2) / static_cast<double>(divisor)));
    const std::int64_t rounded = std::max(divisor, multiple * divisor);
    return static_cast<double>(rounded) < 0.9 * value ? rounded + divisor : rounded;
}

}  // namespace hpnas
