#include "hpnas/train/memory_plan.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "hpnas/tensor/arena.hpp"

namespace hpnas {
namespace {

struct Placed {
    std::size_t begin, end;
    int first, last;
};

/// Start of the smallest gap of at least `bytes` between the blocks (sorted by begin) that live together with `block`.
std::size_t best_gap(const std::vector<Placed>& placed, const Lifetime& block, std::size_t bytes) {
    std::size_t best = 0;
    std::size_t best_size = std::numeric_limits<std::size_t>::max();
    std::size_t top = 0;  // end of the blocks seen so far
    for (const Placed& other : placed) {
        if (other.last < block.first || other.first > block.last) continue;
        if (other.begin > top && other.begin - top >= bytes && other.begin - top < best_size) {
            best = top;
            best_size = other.begin - top;
        }
        top = std::max(top, other.end);
    }
    return best_size == std::numeric_limits<std::size_t>::max() ? top : best;
}

}  // namespace

MemoryPlan plan_memory(std::span<const Lifetime> blocks) {
    std::vector<std::size_t> order(blocks.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return blocks[a].bytes > blocks[b].bytes; });
    MemoryPlan plan;
    plan.offsets.assign(blocks.size(), 0);
    std::vector<Placed> placed;
    placed.reserve(blocks.size());
    for (const std::size_t i : order) {
        const std::size_t bytes = aligned_bytes(blocks[i].bytes);
        if (bytes == 0) continue;
        const std::size_t begin = best_gap(placed, blocks[i], bytes);
        plan.offsets[i] = begin;
        plan.total = std::max(plan.total, begin + bytes);
        const auto at = std::upper_bound(placed.begin(), placed.end(), begin,
                                         [](std::size_t value, const Placed& p) { return value < p.begin; });
        placed.insert(at, {begin, begin + bytes, blocks[i].first, blocks[i].last});
    }
    return plan;
}

}  // namespace hpnas
