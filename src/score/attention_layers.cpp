#include "hpnas/score/attention_layers.hpp"

#include <algorithm>

#include "hpnas/op/activate.hpp"

namespace hpnas {
namespace {

bool is(const Node& node, std::string_view type) { return node.op != nullptr && node.op->type() == type; }

bool transparent(const Node& node) { return is(node, "dropout") || is(node, "drop_path") || is(node, "identity"); }

bool mixes_tokens(const Node& node) {
    return is(node, "attention") || is(node, "fourier_mixing") || is(node, "dynamic_convolution");
}

/// The node whose value arrives at `id`.
NodeId producer(const Network& network, NodeId id) {
    while (transparent(network.node(id))) id = network.node(id).inputs[0];
    return id;
}

/// Whether what mixes tokens made the value of `id`, or a part of it.
bool mixed(const Network& network, NodeId id) {
    const Node& node = network.node(producer(network, id));
    if (!is(node, "concat")) return mixes_tokens(node);
    return std::ranges::any_of(node.inputs, [&](NodeId input) { return mixed(network, input); });
}

}  // namespace

AttentionLayers::AttentionLayers(const Network& network)
    : in_attention_(network.nodes().size(), false), in_mlp_(network.nodes().size(), false) {
    const auto mark = [](std::vector<bool>& marks, NodeId id) { marks[static_cast<std::size_t>(id)] = true; };
    // From the end, so that a layer is known before the layer that feeds it.
    for (auto id = static_cast<NodeId>(network.nodes().size()) - 1; id >= 0; --id) {
        const Node& node = network.node(id);
        const bool attention = mixes_tokens(node), linear = is(node, "linear");
        const bool activation = dynamic_cast<const Activate*>(node.op.get()) != nullptr;
        any_ = any_ || attention;
        for (const NodeId input : node.inputs) {
            const NodeId from = producer(network, input);
            const Node& before = network.node(from);
            if (is(before, "linear") && (attention || (linear && in_attention(id)))) mark(in_attention_, from);
            if (is(before, "linear") && activation) mark(in_mlp_, from);
            if (!linear) continue;
            if (mixed(network, input)) mark(in_attention_, id);
            if (dynamic_cast<const Activate*>(before.op.get()) != nullptr) mark(in_mlp_, id);
        }
    }
}

}  // namespace hpnas
