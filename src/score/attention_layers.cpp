#include "hpnas/score/attention_layers.hpp"

#include "hpnas/op/activate.hpp"

namespace hpnas {
namespace {

bool is(const Node& node, std::string_view type) { return node.op != nullptr && node.op->type() == type; }

bool transparent(const Node& node) { return is(node, "dropout") || is(node, "drop_path") || is(node, "identity"); }

/// The node whose value arrives at `id`.
NodeId producer(const Network& network, NodeId id) {
    while (transparent(network.node(id))) id = network.node(id).inputs[0];
    return id;
}

}  // namespace

AttentionLayers::AttentionLayers(const Network& network)
    : in_attention_(network.nodes().size(), false), in_mlp_(network.nodes().size(), false) {
    const auto mark = [](std::vector<bool>& marks, NodeId id) { marks[static_cast<std::size_t>(id)] = true; };
    for (NodeId id = 0; id < static_cast<NodeId>(network.nodes().size()); ++id) {
        const Node& node = network.node(id);
        const bool attention = is(node, "attention");
        const bool activation = dynamic_cast<const Activate*>(node.op.get()) != nullptr;
        any_ = any_ || attention;
        for (const NodeId input : node.inputs) {
            const NodeId from = producer(network, input);
            const Node& before = network.node(from);
            if (is(before, "linear") && attention) mark(in_attention_, from);
            if (is(before, "linear") && activation) mark(in_mlp_, from);
            if (!is(node, "linear")) continue;
            if (is(before, "attention")) mark(in_attention_, id);
            if (dynamic_cast<const Activate*>(before.op.get()) != nullptr) mark(in_mlp_, id);
        }
    }
}

}  // namespace hpnas
