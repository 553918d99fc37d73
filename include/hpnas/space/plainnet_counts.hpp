#pragma once
#include <cstdint>
#include <span>

#include "hpnas/space/search_space.hpp"
#include "hpnas/space/super_block.hpp"

namespace hpnas {

/// What DE-NAS's budgets for convolutional networks bound. They are not the network's true counts, which
/// Network::cost() gives.
struct PlainNetCounts {
    std::int64_t layers = 0;      ///< sum of the super-blocks' layers, however many convolutions one has
    std::int64_t model_size = 0;  ///< weights; batch norms count their channels once, the classifier's bias counts 1,
                                  ///< batch norms of projected shortcuts count nothing
    double flops = 0;  ///< multiply-adds; batch norms count their outputs, and a projected shortcut is divided by its
                       ///< stride twice
};

/// Counts as Intel's DE-NAS does, whose limits (18 layers, 1,000,000 weights, 10,000,000 operations) mean these
/// numbers. Squeeze-and-excitation, which never is active there, counts nothing.
PlainNetCounts plainnet_counts(std::span<const SuperBlock> structure, const TaskShape& task);

}  // namespace hpnas
