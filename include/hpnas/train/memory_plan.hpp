#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace hpnas {

/// A block of memory that must keep its contents from step `first` to step `last`, both included.
struct Lifetime {
    std::size_t bytes = 0;
    int first = 0, last = 0;
};

/// Where each block starts, in bytes from the region's base (multiples of 64), and the region's size.
struct MemoryPlan {
    std::vector<std::size_t> offsets;
    std::size_t total = 0;
};

/// Places blocks so that those alive at the same time do not overlap. Largest first, each into the smallest gap that
/// holds it (greedy by size; Pisarchyk, Lee, arXiv:2001.03288). Quadratic in the number of blocks, with a small
/// constant.
MemoryPlan plan_memory(std::span<const Lifetime> blocks);

}  // namespace hpnas
