#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/graph/network.hpp"

namespace hpnas {

NodeId NetworkBuilder::input(std::string name, Shape shape) {
    const NodeId id = append({std::move(name), nullptr, {}, shape});
    network_.inputs_.push_back(id);
    return id;
}

NodeId NetworkBuilder::add(const std::string& name, OperatorPtr op, std::vector<NodeId> inputs) {
    Node node{qualified(name), std::move(op), std::move(inputs), {}};
    if (node.op == nullptr) throw InternalError("node '" + node.name + "' has no operator");
    std::vector<Shape> shapes;
    for (const NodeId input : node.inputs) {
        if (input < 0 || input >= static_cast<NodeId>(network_.nodes_.size())) {
            throw InternalError("node '" + node.name + "' reads a node that does not exist");
        }
        shapes.push_back(shape(input));
    }
    try {
        node.shape = node.op->output_shape(shapes);
    } catch (const ShapeError& error) {
        throw ShapeError(node.name + ": " + error.what());
    }
    return append(std::move(node));
}

NodeId NetworkBuilder::append(Node node) {
    if (!names_.insert(node.name).second) throw InternalError("two nodes are named '" + node.name + "'");
    network_.nodes_.push_back(std::move(node));
    return static_cast<NodeId>(network_.nodes_.size()) - 1;
}

std::string NetworkBuilder::qualified(const std::string& name) const {
    std::string full;
    for (const std::string& scope : scopes_) full += scope + ".";
    return full + name;
}

void NetworkBuilder::push_scope(const std::string& name) { scopes_.push_back(name); }

void NetworkBuilder::pop_scope() {
    if (scopes_.empty()) throw InternalError("pop_scope without push_scope");
    scopes_.pop_back();
}

void NetworkBuilder::begin_block(std::string key) {
    if (in_block_) throw InternalError("block '" + key + "' begins inside block '" + network_.blocks_.back().key + "'");
    if (scopes_.empty()) throw InternalError("block '" + key + "' begins outside any scope: it would have no name");
    std::string name = qualified("");
    name.pop_back();
    network_.blocks_.push_back({std::move(name), std::move(key), static_cast<NodeId>(network_.nodes_.size()), 0});
    in_block_ = true;
}

void NetworkBuilder::end_block() {
    const NodeId last = static_cast<NodeId>(network_.nodes_.size()) - 1;
    if (!in_block_) throw InternalError("end_block without begin_block");
    if (last < network_.blocks_.back().first) {
        throw InternalError("block '" + network_.blocks_.back().name + "' is empty");
    }
    network_.blocks_.back().last = last;
    in_block_ = false;
}

Network NetworkBuilder::finish(std::vector<NodeId> outputs) && {
    if (in_block_) throw InternalError("block '" + network_.blocks_.back().name + "' has no end");
    if (outputs.empty()) throw InternalError("a network needs an output");
    for (const NodeId output : outputs) {
        if (output < 0 || output >= static_cast<NodeId>(network_.nodes_.size())) {
            throw InternalError("an output of the network does not exist");
        }
    }
    network_.outputs_ = std::move(outputs);
    return std::move(network_);
}

}  // namespace hpnas
