#include "hpnas/train/active_nodes.hpp"

#include <algorithm>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

std::size_t index(NodeId id) { return static_cast<std::size_t>(id); }

void find_forward(const Network& network, const std::vector<bool>& inactive, ActiveNodes& active) {
    for (const NodeId id : network.outputs()) {
        if (inactive[index(id)])
            throw InternalError("executor: the output '" + network.node(id).name + "' is inactive");
        active.nodes[index(id)].forward = true;
    }
    for (auto id = static_cast<NodeId>(active.nodes.size()); id-- > 0;) {
        if (!active.nodes[index(id)].forward) continue;
        for (const NodeId input : network.node(id).inputs)
            if (!inactive[index(input)]) active.nodes[index(input)].forward = true;
    }
}

/// One node of the backward sweep. @param reached  values whose gradient has been written
void sweep(const Node& node, const NodeLayout& layout, const std::vector<bool>& with_gradient, ActiveNodes& active,
           ActiveNodes::Step& step, std::vector<bool>& reached) {
    const auto useful = [&](NodeId value) { return with_gradient[index(value)] && active.nodes[index(value)].forward; };
    for (std::size_t i = 0; i < node.inputs.size(); ++i) step.wanted[i] = useful(node.inputs[i]);
    // A gradient that is not transferred is written where it belongs; transfers come after that.
    for (const NodeId input : node.inputs) {
        const auto of_input = [input](const auto& t) { return t.value == input; };
        const auto transferred = std::count_if(layout.transfers.begin(), layout.transfers.end(), of_input);
        if (useful(input) && std::count(node.inputs.begin(), node.inputs.end(), input) > transferred)
            reached[index(input)] = true;
    }
    for (std::size_t t = 0; t < layout.transfers.size(); ++t) {
        const NodeId value = layout.transfers[t].value;
        if (!useful(value)) continue;
        step.transfers[t] = reached[index(value)] ? ActiveNodes::Transfer::add : ActiveNodes::Transfer::copy;
        reached[index(value)] = true;
    }
}

}  // namespace

ActiveNodes select_active(const Network& network, const ExecutionLayout& layout, const std::vector<bool>& inactive,
                          const std::vector<bool>& with_gradient) {
    ActiveNodes active;
    active.nodes.resize(network.nodes().size());
    for (std::size_t i = 0; i < active.nodes.size(); ++i) {
        active.nodes[i].wanted.resize(network.nodes()[i].inputs.size());
        active.nodes[i].transfers.resize(layout.nodes[i].transfers.size());
    }
    find_forward(network, inactive, active);
    std::vector<bool> reached(active.nodes.size(), false);
    for (const NodeId id : network.outputs()) reached[index(id)] = true;
    for (std::size_t i = active.nodes.size(); i-- > 0;) {
        ActiveNodes::Step& step = active.nodes[i];
        step.backward = layout.nodes[i].backward && step.forward && reached[i];
        if (step.backward) sweep(network.nodes()[i], layout.nodes[i], with_gradient, active, step, reached);
    }
    for (const NodeId id : network.inputs()) active.input_gradients.push_back(reached[index(id)]);
    return active;
}

}  // namespace hpnas
