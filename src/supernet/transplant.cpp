#include "hpnas/supernet/transplant.hpp"

#include "hpnas/core/error.hpp"

namespace hpnas {

Transplant::Transplant(const Network& from, NetworkBuilder& to)
    : from_(from), to_(to), known_(from.nodes().size(), -1) {}

NodeId Transplant::at(NodeId here) const {
    const NodeId there = known_[static_cast<std::size_t>(here)];
    if (there < 0) throw InternalError("supernet: nothing stands for the node '" + from_.node(here).name + "'");
    return there;
}

NodeId Transplant::copy(NodeId here, const std::string& name) {
    std::vector<NodeId> inputs;
    for (const NodeId input : from_.node(here).inputs) inputs.push_back(at(input));
    const NodeId there = to_.add(name, from_.node(here).op, std::move(inputs));
    replace(here, there);
    return there;
}

NodeId Transplant::copy_all(const std::string& prefix) {
    NodeId last = -1;
    for (NodeId id = 0; id < static_cast<NodeId>(from_.nodes().size()); ++id)
        if (from_.node(id).name.starts_with(prefix)) last = copy(id, from_.node(id).name);
    return last;
}

NodeId node_named(const Network& network, const std::string& name) {
    for (NodeId id = 0; id < static_cast<NodeId>(network.nodes().size()); ++id)
        if (network.node(id).name == name) return id;
    throw InternalError("supernet: expected a node '" + name + "'");
}

}  // namespace hpnas
