#include "hpnas/space/describe.hpp"

namespace hpnas {

Description describe(const Network& network) {
    Description result;
    result.total = network.cost();
    for (const NodeId id : network.inputs()) result.inputs.push_back({network.node(id).name, network.node(id).shape});
    if (!result.inputs.empty()) {
        const Shape& input = result.inputs.front().shape;
        if (input.rank() == 3 && input[0] == input[1]) result.resolution = input[0];
    }
    for (const Block& block : network.blocks()) {
        const Cost cost = network.cost(block);
        result.rows.push_back({block.name, block.key, network.input_shape(block), network.node(block.last).shape,
                               cost.parameters, cost.macs, cost.activation_bytes});
    }
    return result;
}

}  // namespace hpnas
