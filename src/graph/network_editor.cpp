#include "hpnas/graph/network_editor.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace hpnas {

NetworkEditor::NetworkEditor(const Network& network)
    : network_(network),
      n_original_(static_cast<NodeId>(network.nodes().size())),
      alive_(network.nodes().size(), true),
      readers_(network.nodes().size(), 0) {
    for (const Node& n : network_.nodes_) {
        for (const NodeId input : n.inputs) ++readers_[static_cast<std::size_t>(input)];
    }
    // An output counts as two readers, so that it is never merged away.
    for (const NodeId output : network_.outputs_) readers_[static_cast<std::size_t>(output)] += 2;
}

bool NetworkEditor::only_read_once(NodeId id) const {
    return node(id).op != nullptr && readers_[static_cast<std::size_t>(id)] == 1;
}

void NetworkEditor::erase(NodeId id) {
    for (const NodeId input : node(id).inputs) --readers_[static_cast<std::size_t>(input)];
    alive_[static_cast<std::size_t>(id)] = false;
}

void NetworkEditor::bypass(NodeId id, std::size_t i) {
    const NodeId target = source(id, i);
    int& moved = readers_[static_cast<std::size_t>(id)];
    readers_[static_cast<std::size_t>(target)] += std::exchange(moved, 0);
    for (Node& n : network_.nodes_) std::replace(n.inputs.begin(), n.inputs.end(), id, target);
    std::replace(network_.outputs_.begin(), network_.outputs_.end(), id, target);
    erase(id);
}

void NetworkEditor::end_at(const std::vector<NodeId>& outputs) {
    for (const NodeId old : network_.outputs_) readers_[static_cast<std::size_t>(old)] -= 2;
    network_.outputs_ = outputs;
    for (const NodeId output : outputs) readers_[static_cast<std::size_t>(output)] += 2;
    for (NodeId id = size() - 1; id >= 0; --id)
        if (alive(id) && node(id).op != nullptr && readers_[static_cast<std::size_t>(id)] == 0) erase(id);
}

void NetworkEditor::merge(NodeId part, NodeId id, OperatorPtr op, std::vector<NodeId> inputs) {
    Node& result = network_.nodes_[static_cast<std::size_t>(id)];
    for (const NodeId input : inputs) ++readers_[static_cast<std::size_t>(input)];
    for (const NodeId input : result.inputs) --readers_[static_cast<std::size_t>(input)];
    erase(part);
    result.name = node(part).name;
    result.op = std::move(op);
    result.inputs = std::move(inputs);
}

void NetworkEditor::replace_operator(NodeId id, OperatorPtr op) {
    network_.nodes_[static_cast<std::size_t>(id)].op = std::move(op);
}

NodeId NetworkEditor::append(std::string name, OperatorPtr op, NodeId input) {
    network_.nodes_.push_back({std::move(name), std::move(op), {}, {}});
    alive_.push_back(true);
    readers_.push_back(0);
    rewire(size() - 1, {input});
    return size() - 1;
}

void NetworkEditor::rewire(NodeId id, std::vector<NodeId> inputs) {
    Node& changed = network_.nodes_[static_cast<std::size_t>(id)];
    for (const NodeId input : inputs) ++readers_[static_cast<std::size_t>(input)];
    for (const NodeId input : changed.inputs) --readers_[static_cast<std::size_t>(input)];
    changed.inputs = std::move(inputs);
    changed.shape = changed.op->output_shape(network_.input_shapes(id));
}

/// Of all nodes, dead ones included: appended ones behind what they read.
std::vector<NodeId> NetworkEditor::topological_order() const {
    std::vector<NodeId> order(static_cast<std::size_t>(n_original_));
    std::iota(order.begin(), order.end(), 0);
    for (NodeId id = n_original_; id < size(); ++id) order.insert(std::ranges::find(order, source(id)) + 1, id);
    return order;
}

Network NetworkEditor::finish() && {
    std::vector<NodeId> renumbered(alive_.size(), -1);
    Network result;
    for (const NodeId id : topological_order()) {
        if (!alive(id)) continue;
        renumbered[static_cast<std::size_t>(id)] = static_cast<NodeId>(result.nodes_.size());
        result.nodes_.push_back(std::move(network_.nodes_[static_cast<std::size_t>(id)]));
        for (NodeId& input : result.nodes_.back().inputs) input = renumbered[static_cast<std::size_t>(input)];
    }
    for (const NodeId id : network_.inputs_) result.inputs_.push_back(renumbered[static_cast<std::size_t>(id)]);
    for (const NodeId id : network_.outputs_) result.outputs_.push_back(renumbered[static_cast<std::size_t>(id)]);
    for (Block block : network_.blocks_) {
        while (block.first <= block.last && !alive(block.first)) ++block.first;
        while (block.last >= block.first && !alive(block.last)) --block.last;
        if (block.first > block.last) continue;  // nothing of it is left
        block.first = renumbered[static_cast<std::size_t>(block.first)];
        block.last = renumbered[static_cast<std::size_t>(block.last)];
        result.blocks_.push_back(std::move(block));
    }
    return result;
}

}  // namespace hpnas
