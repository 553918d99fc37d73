#pragma once
#include <cstddef>
#include <functional>
#include <string>

#include "hpnas/comm/communicator.hpp"

namespace hpnas {

/// Work that nothing else on its node may disturb, such as measuring latencies.
struct NodeWork {
    /// Does item i and returns what is to be kept of it. Called on one rank of each node.
    std::function<std::string(std::size_t)> run;
    /// Takes a finished item, in no particular order. Called on rank 0 only; false stops: items that were not begun are
    /// left out.
    std::function<bool(std::size_t, const std::string&)> keep;
};

/// Runs items 0 .. n-1, item i on node i mod n_nodes, where the first rank of the node does one after the other while
/// the node's other ranks sleep. Results reach rank 0 after each item, so that it can save them now and then.
/// Collective: all ranks call it with equal n and items that mean the same.
/// @return items kept, on every rank; less than n only if `keep` said stop
/// @throws CommError if the ranks disagree on n
std::size_t run_on_one_rank_per_node(Communicator& comm, std::size_t n, const NodeWork& work);

}  // namespace hpnas
