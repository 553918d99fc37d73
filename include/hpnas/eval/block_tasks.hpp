#pragma once
#include <vector>

#include "hpnas/latency/measure_missing.hpp"
#include "hpnas/space/segmentation.hpp"

namespace hpnas {

/// The key under which a latency table holds a block of a space.
TableKey table_key(const BlockKey& block);

/// The blocks of a whole space that `table` lacks, in the space's order: what a complete table takes. The segmentation
/// must outlive the tasks.
std::vector<BlockTask> block_tasks(const Segmentation& segmentation, const LatencyTable& table);

}  // namespace hpnas
