#include "hpnas/space/staged_network.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>

namespace hpnas {

Shape staged_input(const StagedSpec& spec, const Encoding& x, const TaskShape& task) {
    const std::int64_t size = task.resolution > 0 ? task.resolution : std::llround(spec.resolution.at(x));
    return {size, size, task.input_channels};
}

std::vector<PlacedBlock> staged_blocks(const StagedSpec& spec, const Encoding& x, const TaskShape& task) {
    std::vector<PlacedBlock> blocks;
    std::map<std::string, int> n_blocks;  // stages may share a label
    std::int64_t channels = task.input_channels;
    for (std::size_t s = 0; s < spec.stages.size(); ++s) {
        const std::string& label = spec.stages[s].label;
        const std::int64_t layers = std::llround(spec.stages[s].layers.at(x));
        for (std::int64_t i = 0; i < layers; ++i) {
            PlacedBlock block{{"stages", label, "blocks", fmt::format("{}", n_blocks[label]++)},
                              stage_block(spec, s, x, channels, i == 0)};
            channels = block.spec.out;
            blocks.push_back(std::move(block));
        }
    }
    blocks.push_back({{"head"}, head_block(spec, task.classes)});
    const auto n = static_cast<double>(blocks.size());
    for (std::size_t i = 0; i < blocks.size(); ++i)
        blocks[i].spec.drop_path = spec.drop_path * static_cast<double>(i + 1) / n;
    return blocks;
}

Network staged_network(const StagedSpec& spec, const Encoding& x, const TaskShape& task) {
    NetworkBuilder builder;
    NodeId at = builder.input("input", staged_input(spec, x, task));
    for (const PlacedBlock& block : staged_blocks(spec, x, task)) {
        for (const std::string& scope : block.scopes) builder.push_scope(scope);
        at = append_block(builder, at, block.spec);
        for (std::size_t i = 0; i < block.scopes.size(); ++i) builder.pop_scope();
    }
    return std::move(builder).finish({at});
}

}  // namespace hpnas
