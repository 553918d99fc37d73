#include "hpnas/train/execution_layout.hpp"

#include <algorithm>

namespace hpnas {
namespace {

std::size_t index(NodeId id) { return static_cast<std::size_t>(id); }

bool has_trainable(const Network& network, NodeId id) {
    const std::vector<ParameterSpec> specs = network.node(id).op->parameters(network.input_shapes(id));
    return std::any_of(specs.begin(), specs.end(), [](const ParameterSpec& spec) { return spec.trainable(); });
}

/// Builds a layout; holds what the two directions share.
class LayoutBuilder {
public:
    LayoutBuilder(const Network& network, const std::vector<std::unique_ptr<OperatorKernel>>& kernels,
                  const ExecutionLayout::Options& options)
        : network_(network), options_(options), n_(static_cast<int>(network.nodes().size())) {
        layout_.nodes.resize(network.nodes().size());
        active_ = options.backward ? nodes_with_gradient(network, options.input_gradients)
                                   : std::vector<bool>(network.nodes().size(), false);
        for (const auto& kernel : kernels) {
            memory_.push_back(kernel == nullptr ? OperatorKernel::Memory{} : kernel->memory());
        }
    }

    ExecutionLayout build() && {
        find_last_uses();
        for (NodeId id = 0; id < n_; ++id) forward(id);
        if (options_.backward) backward();
        return std::move(layout_);
    }

private:
    int end() const { return 2 * n_ + 1; }
    int backward_step(NodeId id) const { return 2 * n_ - id; }
    std::int64_t count(NodeId id) const { return options_.batch * network_.node(id).shape.count(); }
    std::size_t bytes(NodeId id) const { return static_cast<std::size_t>(count(id)) * sizeof(float); }
    bool is_input(NodeId id) const { return network_.node(id).op == nullptr; }
    bool calls_kernel(NodeId id) const {
        return active_[index(id)] && !is_input(id) && !memory_[index(id)].passes_gradient;
    }

    BlockId add(std::size_t size, int first, int last) {
        if (size == 0) return -1;
        layout_.blocks.push_back({size, first, last});
        return static_cast<BlockId>(layout_.blocks.size()) - 1;
    }
    void extend(BlockId block, int step) {
        int& last = layout_.blocks[static_cast<std::size_t>(block)].last;
        last = std::max(last, step);
    }

    /// last_use_[v]: the last step that reads value v.
    void find_last_uses() {
        last_use_.resize(index(n_));
        for (NodeId id = 0; id < n_; ++id) {
            last_use_[index(id)] = id;
            if (calls_kernel(id) && memory_[index(id)].needs_dst) last_use_[index(id)] = backward_step(id);
            if (options_.backward && options_.keep_values) last_use_[index(id)] = end();
        }
        for (NodeId id = 0; id < n_; ++id) {
            const bool again = calls_kernel(id) && memory_[index(id)].needs_src;
            for (const NodeId input : network_.node(id).inputs) {
                last_use_[index(input)] = std::max(last_use_[index(input)], again ? backward_step(id) : id);
            }
        }
        for (const NodeId id : network_.inputs()) last_use_[index(id)] = end();  // the caller fills them once
        for (const NodeId id : network_.outputs()) last_use_[index(id)] = end();
    }

    /// The input whose block node `id` may overwrite with its value, or -1.
    NodeId overwritten(NodeId id) const {
        const int position = memory_[index(id)].in_place;
        if (position < 0 || options_.keep_values) return -1;
        const std::vector<NodeId>& inputs = network_.node(id).inputs;
        const NodeId candidate = inputs[static_cast<std::size_t>(position)];
        const bool once = std::count(inputs.begin(), inputs.end(), candidate) == 1;
        const bool dead = !is_input(candidate) && last_use_[index(candidate)] <= id;
        return once && dead && bytes(candidate) == bytes(id) ? candidate : -1;
    }

    void forward(NodeId id) {
        NodeLayout& node = layout_.nodes[index(id)];
        const int last = last_use_[index(id)];
        if (is_input(id)) {
            node.value = add(bytes(id), -1, last);
            return;
        }
        const OperatorKernel::Memory& memory = memory_[index(id)];
        const NodeId reused = overwritten(id);
        if (reused >= 0) {
            node.value = layout_.nodes[index(reused)].value;
            extend(node.value, last);
        } else {
            node.value = add(bytes(id), id, last);
        }
        // Without a backward call saved memory serves the forward call alone.
        const int read_back = options_.keep_values ? end() : backward_step(id);
        node.saved = add(memory.saved_bytes, id, calls_kernel(id) ? read_back : id);
        node.forward_workspace = add(memory.workspace_bytes, id, id);
        node.packed = add(memory.packed_bytes, -1, end());
    }

    void backward() {
        gradient_.assign(index(n_), -1);
        layout_.gradients = add(options_.gradient_bytes, -1, end());
        for (const NodeId id : network_.outputs()) {
            BlockId& block = gradient_[index(id)];
            if (block < 0) block = add(bytes(id), n_, backward_step(id));
            layout_.output_gradients.push_back(block);
        }
        for (NodeId id = n_ - 1; id >= 0; --id) {
            NodeLayout& node = layout_.nodes[index(id)];
            node.diff_src.assign(network_.node(id).inputs.size(), -1);
            if (is_input(id) || !active_[index(id)] || gradient_[index(id)] < 0) continue;
            node.backward = true;
            node.diff_dst = gradient_[index(id)];
            extend(node.diff_dst, backward_step(id));
            node.calls_kernel = calls_kernel(id);
            node.calls_kernel ? through_kernel(id, node) : pass_on(id, node);
        }
        for (const NodeId id : network_.inputs()) {
            layout_.input_gradients.push_back(gradient_[index(id)]);
            if (gradient_[index(id)] >= 0) extend(gradient_[index(id)], end());
        }
    }

    /// Every wanted diff_src equals diff_dst: the first takes over its block, the others copy or add.
    void pass_on(NodeId id, NodeLayout& node) {
        bool taken = false;
        for (const NodeId input : network_.node(id).inputs) {
            if (!active_[index(input)]) continue;
            BlockId& target = gradient_[index(input)];
            const bool first = target < 0;
            if (first && !taken) {
                target = node.diff_dst;
                taken = true;
                continue;
            }
            if (first) target = add(bytes(input), backward_step(id), backward_step(id));
            node.transfers.push_back({input, node.diff_dst, target, count(input), !first});
        }
    }

    void through_kernel(NodeId id, NodeLayout& node) {
        const int step = backward_step(id);
        const OperatorKernel::Memory& memory = memory_[index(id)];
        node.backward_workspace = add(memory.workspace_bytes, step, step);
        const std::vector<NodeId>& inputs = network_.node(id).inputs;
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const bool wanted = active_[index(inputs[i])];
            if (!wanted && !memory.needs_diff_src) continue;
            // After this call nobody reads diff_dst, so what may be written over it takes its block.
            const bool in_place = static_cast<int>(i) == memory.diff_in_place && bytes(inputs[i]) == bytes(id);
            const BlockId written = in_place ? node.diff_dst : add(bytes(inputs[i]), step, step);
            node.diff_src[i] = written;
            if (!wanted) continue;
            BlockId& target = gradient_[index(inputs[i])];
            if (target < 0) {
                target = written;
            } else {
                node.transfers.push_back({inputs[i], written, target, count(inputs[i]), true});
            }
            extend(target, step);
        }
    }

    const Network& network_;
    const ExecutionLayout::Options& options_;
    const int n_;
    std::vector<OperatorKernel::Memory> memory_;
    std::vector<bool> active_;
    std::vector<int> last_use_;
    std::vector<BlockId> gradient_;  // of each value, as far as the backward sweep has come
    ExecutionLayout layout_;
};

}  // namespace

std::vector<bool> nodes_with_gradient(const Network& network, bool input_gradients) {
    const auto n = static_cast<NodeId>(network.nodes().size());
    std::vector<bool> needed(index(n), false), reached(index(n), false);
    for (NodeId id = 0; id < n; ++id) {
        const Node& node = network.node(id);
        const bool own = node.op == nullptr ? input_gradients : has_trainable(network, id);
        needed[index(id)] = own || std::any_of(node.inputs.begin(), node.inputs.end(),
                                               [&](NodeId input) { return needed[index(input)]; });
    }
    for (const NodeId id : network.outputs()) reached[index(id)] = true;
    for (NodeId id = n - 1; id >= 0; --id) {
        if (!reached[index(id)]) continue;
        for (const NodeId input : network.node(id).inputs) reached[index(input)] = true;
    }
    for (NodeId id = 0; id < n; ++id) needed[index(id)] = needed[index(id)] && reached[index(id)];
    return needed;
}

ExecutionLayout lay_out(const Network& network, const std::vector<std::unique_ptr<OperatorKernel>>& kernels,
                        const ExecutionLayout::Options& options) {
    return LayoutBuilder(network, kernels, options).build();
}

}  // namespace hpnas
