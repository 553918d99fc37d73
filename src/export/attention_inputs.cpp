#include "attention_inputs.hpp"

#include "hpnas/op/attention.hpp"

namespace hpnas {

std::vector<AttentionInput> attention_inputs(const Network& network) {
    std::vector<AttentionInput> inputs(network.nodes().size());
    for (const Node& node : network.nodes()) {
        const auto* attention = dynamic_cast<const Attention*>(node.op.get());
        if (attention == nullptr) continue;
        const AttentionAttributes& attributes = attention->attributes();
        inputs[static_cast<std::size_t>(node.inputs[0])] = {attributes.memory ? 1 : 3, attributes.heads};
        if (attributes.memory) inputs[static_cast<std::size_t>(node.inputs[1])] = {2, attributes.heads};
    }
    return inputs;
}

}  // namespace hpnas
