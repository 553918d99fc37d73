#pragma once
#include <string>
#include <vector>

#include "hpnas/space/search_space.hpp"
#include "hpnas/space/staged_spec.hpp"

namespace hpnas {

/// A block of a staged network with its place: "stages.2.blocks.0", "head".
struct PlacedBlock {
    std::vector<std::string> scopes;
    BlockSpec spec;
};

/// The blocks that `x` denotes, drop path rates included: block i of n has rate drop_path * (i + 1) / n, which is
/// GPUNet's 0.2 * j / (N - 1) over a list of N entries whose entry 0 is the data.
std::vector<PlacedBlock> staged_blocks(const StagedSpec& spec, const Encoding& x, const TaskShape& task);

/// Input shape [H, W, C].
Shape staged_input(const StagedSpec& spec, const Encoding& x, const TaskShape& task);

Network staged_network(const StagedSpec& spec, const Encoding& x, const TaskShape& task);

}  // namespace hpnas
