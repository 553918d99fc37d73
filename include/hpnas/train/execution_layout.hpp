#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "hpnas/graph/network.hpp"
#include "hpnas/train/memory_plan.hpp"

namespace hpnas {

/// Index of a block of memory in ExecutionLayout::blocks; -1: none.
using BlockId = int;

/// What must be done besides a node's backward kernel, after it: a value read by several nodes gets the sum of their
/// gradients.
struct GradientTransfer {
    NodeId value = -1;  ///< whose gradient it is
    BlockId from = -1, to = -1;
    std::int64_t count = 0;  ///< floats
    bool add = false;        ///< to += from, else to = from
};

/// The blocks that one node works on.
struct NodeLayout {
    BlockId value = -1;  ///< its output, batched
    BlockId saved = -1, packed = -1, forward_workspace = -1, backward_workspace = -1;
    bool backward = false;      ///< gradients flow through it
    bool calls_kernel = false;  ///< its backward kernel runs (false if it only passes the gradient on)
    BlockId diff_dst = -1;
    std::vector<BlockId> diff_src;  ///< per input; -1: not wanted
    std::vector<GradientTransfer> transfers;
};

/// Decides which tensors of a compiled network share memory in time and in place. Steps of time: node i's forward is
/// step i, the loss is step n, node i's backward is step 2 n - i, and what the caller may read later lives to step 2 n
/// + 1.
struct ExecutionLayout {
    struct Options {
        std::int64_t batch = 1;
        bool backward = true;
        bool input_gradients = false;
        std::size_t gradient_bytes = 0;  ///< of the flat parameter gradient
        bool keep_values = false;  ///< nothing is computed in place; with `backward` values stay until the next forward
    };
    std::vector<Lifetime> blocks;
    std::vector<NodeLayout> nodes;
    std::vector<BlockId> output_gradients, input_gradients;
    BlockId gradients = -1;
};

/// True per node if its value needs a gradient and an output depends on it.
std::vector<bool> nodes_with_gradient(const Network& network, bool input_gradients);

/// @param kernels  per node; null for inputs
ExecutionLayout lay_out(const Network& network, const std::vector<std::unique_ptr<OperatorKernel>>& kernels,
                        const ExecutionLayout::Options& options);

}  // namespace hpnas
