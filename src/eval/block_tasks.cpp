#include "hpnas/eval/block_tasks.hpp"

#include <utility>

namespace hpnas {

TableKey table_key(const BlockKey& block) { return {block.key, block.input}; }

std::vector<BlockTask> block_tasks(const Segmentation& segmentation, const LatencyTable& table) {
    std::vector<BlockTask> tasks;
    for (std::size_t i = 0; i < segmentation.blocks.size(); ++i) {
        TableKey key = table_key(segmentation.blocks[i]);
        if (table.find(key) == nullptr)
            tasks.push_back({std::move(key), [&segmentation, i] { return segmentation.network(i); }});
    }
    return tasks;
}

}  // namespace hpnas
