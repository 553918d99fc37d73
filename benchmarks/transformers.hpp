#pragma once
#include <string>

#include "hpnas/graph/network.hpp"
#include "hpnas/op/activate.hpp"
#include "hpnas/op/add.hpp"
#include "hpnas/op/attention.hpp"
#include "hpnas/op/class_token.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/layer_norm.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/op/position_embedding.hpp"
#include "hpnas/op/reshape.hpp"
#include "hpnas/op/select_token.hpp"

namespace hpnas::bench {

/// Sizes of an encoder: attention and a hidden layer of `hidden` per block, both residual.
struct Encoder {
    std::int64_t width, depth, heads, hidden;
    bool norm_first;  ///< before attention and hidden layer (ViT) or after the additions (BERT)
    double epsilon = 1e-5;
};

inline NodeId encode(NetworkBuilder& b, NodeId x, const Encoder& e) {
    for (std::int64_t i = 0; i < e.depth; ++i) {
        const std::string block = "block" + std::to_string(i) + ".";
        const auto add = [&](const char* name, OperatorPtr op, NodeId from) {
            return b.add(block + name, std::move(op), from);
        };
        const auto norm = [&](const char* name, NodeId from) {
            return add(name, make_layer_norm({.epsilon = e.epsilon}), from);
        };
        NodeId y = e.norm_first ? norm("norm1", x) : x;
        y = add("qkv", make_linear({.out = 3 * e.width}), y);
        y = add("attention", make_attention({.heads = e.heads}), y);
        y = add("project", make_linear({.out = e.width}), y);
        x = b.add(block + "add1", make_add(), {y, x});
        if (!e.norm_first) x = norm("norm1", x);
        y = e.norm_first ? norm("norm2", x) : x;
        y = add("fc1", make_linear({.out = e.hidden}), y);
        y = add("gelu", make_gelu(), y);
        y = add("fc2", make_linear({.out = e.width}), y);
        x = b.add(block + "add2", make_add(), {y, x});
        if (!e.norm_first) x = norm("norm2", x);
    }
    return x;
}

/// ViT-tiny for images of 224 x 224 in patches of 16 x 16. Source: Touvron et al., ICML 2021 (DeiT-Ti).
inline Network vit_tiny() {
    const Encoder encoder{192, 12, 3, 768, true};
    NetworkBuilder b;
    NodeId x = b.input("image", {224, 224, 3});
    x = b.add("patches", make_conv2d({.out = encoder.width, .kernel = 16, .stride = 16, .padding = 0, .bias = true}),
              x);
    x = b.add("tokens", make_reshape({{196, encoder.width}}), x);
    x = b.add("class_token", make_class_token(), x);
    x = b.add("positions", make_position_embedding({.length = 197}), x);
    x = b.add("norm", make_layer_norm(), encode(b, x, encoder));
    x = b.add("first", make_select_token({.index = 0}), x);
    return std::move(b).finish({b.add("head", make_linear({.out = 1000}), x)});
}

/// BERT-mini's encoder for 128 tokens that are embedded already, with a classifier on the first. Source: Turc et al.,
/// arXiv:1908.08962.
inline Network bert_mini() {
    const Encoder encoder{256, 4, 4, 1024, false, 1e-12};
    NetworkBuilder b;
    NodeId x = b.input("embedded", {128, encoder.width});
    x = b.add("positions", make_position_embedding({.length = 128}), x);
    x = encode(b, b.add("norm", make_layer_norm({.epsilon = encoder.epsilon}), x), encoder);
    x = b.add("first", make_select_token({.index = 0}), x);
    return std::move(b).finish({b.add("head", make_linear({.out = 2}), x)});
}

}  // namespace hpnas::bench
