#pragma once
#include <string>
#include <vector>

#include "hpnas/graph/network.hpp"

namespace hpnas {

/// Copies nodes of one network into a builder, under names of one's own; operators are shared.
class Transplant {
public:
    /// Keeps both by reference.
    Transplant(const Network& from, NetworkBuilder& to);
    /// From now on the builder's `there` stands for the network's `here`.
    void replace(NodeId here, NodeId there) { known_[static_cast<std::size_t>(here)] = there; }
    /// The builder's node for `here`. @throws InternalError if there is none yet
    NodeId at(NodeId here) const;
    /// Adds node `here` as `name`; what it reads must be known.
    NodeId copy(NodeId here, const std::string& name);
    /// Adds, under their own names, all nodes whose names begin with `prefix`. @return the last, -1 if there are none
    NodeId copy_all(const std::string& prefix);

private:
    const Network& from_;
    NetworkBuilder& to_;
    std::vector<NodeId> known_;
};

/// The node of that name. @throws InternalError if there is none
NodeId node_named(const Network& network, const std::string& name);

}  // namespace hpnas
