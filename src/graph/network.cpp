#include "hpnas/graph/network.hpp"

#include <algorithm>

#include "hpnas/core/error.hpp"
#include "hpnas/core/hash.hpp"

namespace hpnas {
namespace {

std::int64_t bytes_of(const Shape& shape) { return shape.count() * static_cast<std::int64_t>(sizeof(float)); }

}  // namespace

std::vector<Shape> Network::input_shapes(NodeId id) const {
    std::vector<Shape> shapes;
    shapes.reserve(node(id).inputs.size());
    for (const NodeId input : node(id).inputs) shapes.push_back(node(input).shape);
    return shapes;
}

Cost Network::cost() const { return cost_of(0, static_cast<NodeId>(nodes_.size()) - 1); }

Cost Network::cost(const Block& block) const { return cost_of(block.first, block.last); }

Cost Network::cost_of(NodeId first, NodeId last) const {
    Cost cost;
    for (NodeId id = first; id <= last; ++id) {
        const Node& n = node(id);
        if (n.op == nullptr) continue;
        const std::vector<Shape> shapes = input_shapes(id);
        for (const ParameterSpec& spec : n.op->parameters(shapes)) {
            if (spec.trainable()) cost.parameters += spec.shape.count();
        }
        cost.macs += n.op->macs(shapes);
        cost.activation_bytes += bytes_of(n.shape);
    }
    cost.peak_bytes = peak_bytes(first, last);
    return cost;
}

std::int64_t Network::peak_bytes(NodeId first, NodeId last) const {
    // last_use[v]: the last node in the range that reads v; values read beyond the range (and outputs) live to its end.
    std::vector<NodeId> last_use(nodes_.size(), -1);
    for (NodeId id = 0; id < static_cast<NodeId>(nodes_.size()); ++id) {
        for (const NodeId input : node(id).inputs) last_use[static_cast<std::size_t>(input)] = id;
    }
    for (const NodeId output : outputs_) last_use[static_cast<std::size_t>(output)] = last;
    std::int64_t live = 0;
    for (NodeId v = 0; v < first; ++v) {
        if (last_use[static_cast<std::size_t>(v)] >= first) live += bytes_of(node(v).shape);
    }
    std::int64_t peak = live;
    std::vector<std::int64_t> dying(static_cast<std::size_t>(last - first) + 1);
    for (NodeId v = 0; v <= last; ++v) {
        const NodeId use = std::max(last_use[static_cast<std::size_t>(v)], v);
        if (use >= first && use <= last) dying[static_cast<std::size_t>(use - first)] += bytes_of(node(v).shape);
    }
    for (NodeId id = first; id <= last; ++id) {
        live += bytes_of(node(id).shape);
        peak = std::max(peak, live);
        live -= dying[static_cast<std::size_t>(id - first)];
    }
    return peak;
}

std::uint64_t Network::hash() const {
    std::string text;
    for (const Node& n : nodes_) {
        text += n.op == nullptr ? std::string("input") : signature(*n.op);
        text += to_string(n.shape);
        for (const NodeId input : n.inputs) text += "," + std::to_string(input);
        text += ';';
    }
    for (const NodeId output : outputs_) text += ">" + std::to_string(output);
    return hash64(text);
}

std::vector<NodeId> Network::inputs_of(const Block& block) const {
    std::vector<NodeId> found;
    for (NodeId id = block.first; id <= block.last; ++id) {
        for (const NodeId input : node(id).inputs) {
            if (input < block.first && std::find(found.begin(), found.end(), input) == found.end())
                found.push_back(input);
        }
    }
    if (found.empty()) throw InternalError("block '" + block.name + "' reads no value from outside");
    return found;
}

Shape Network::input_shape(const Block& block) const { return node(inputs_of(block)[0]).shape; }

Network Network::extract(const Block& block) const {
    const std::vector<NodeId> outside = inputs_of(block);
    const auto n_inputs = static_cast<NodeId>(outside.size());
    Network part;
    for (NodeId i = 0; i < n_inputs; ++i) {
        const std::string name = i == 0 ? "input" : "input" + std::to_string(i + 1);
        part.nodes_.push_back({name, nullptr, {}, node(outside[static_cast<std::size_t>(i)]).shape});
        part.inputs_.push_back(i);
    }
    for (NodeId id = block.first; id <= block.last; ++id) {
        Node copy = node(id);
        for (NodeId& input : copy.inputs) {
            input = input >= block.first
                        ? input - block.first + n_inputs
                        : static_cast<NodeId>(std::find(outside.begin(), outside.end(), input) - outside.begin());
        }
        part.nodes_.push_back(std::move(copy));
    }
    const NodeId last = block.last - block.first + n_inputs;
    part.outputs_ = {last};
    part.blocks_ = {{block.name, block.key, n_inputs, last}};
    return part;
}

}  // namespace hpnas
