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

NodeId Network::input_of(const Block& block) const {
    NodeId found = -1;
    for (NodeId id = block.first; id <= block.last; ++id) {
        for (const NodeId input : node(id).inputs) {
            if (input >= block.first || input == found) continue;
            if (found >= 0) {
                throw InternalError("block '" + block.name + "' reads two values from outside: '" + node(found).name +
                                    "' and '" + node(input).name + "'");
            }
            found = input;
        }
    }
    if (found < 0) throw InternalError("block '" + block.name + "' reads no value from outside");
    return found;
}

Shape Network::input_shape(const Block& block) const { return node(input_of(block)).shape; }

Network Network::extract(const Block& block) const {
    const NodeId outside = input_of(block);
    Network part;
    part.nodes_.push_back({"input", nullptr, {}, node(outside).shape});
    part.inputs_ = {0};
    for (NodeId id = block.first; id <= block.last; ++id) {
        Node copy = node(id);
        for (NodeId& input : copy.inputs) input = input == outside ? 0 : input - block.first + 1;
        part.nodes_.push_back(std::move(copy));
    }
    const NodeId last = block.last - block.first + 1;
    part.outputs_ = {last};
    part.blocks_ = {{block.name, block.key, 1, last}};
    return part;
}

}  // namespace hpnas
