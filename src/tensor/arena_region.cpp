#include "arena_region.hpp"

#include <algorithm>
#include <new>

namespace hpnas {

std::byte* Arena::acquire(std::size_t bytes) {
    std::size_t in_use = 0;
    for (const Region& region : regions_) in_use += region.asked;
    if (limit_ != 0 && (bytes > limit_ || in_use > limit_ - bytes)) throw std::bad_alloc();
    // The smallest waiting region that is large enough; if there is none, the largest, which grows.
    Region* best = nullptr;
    for (Region& region : regions_) {
        if (region.used) continue;
        const bool fits = region.memory.capacity() >= bytes;
        const bool best_fits = best != nullptr && best->memory.capacity() >= bytes;
        const bool smaller = best != nullptr && region.memory.capacity() < best->memory.capacity();
        if (best == nullptr || (fits && (!best_fits || smaller)) || (!fits && !best_fits && !smaller)) best = &region;
    }
    if (best == nullptr) best = &regions_.emplace_back();
    std::byte* base = best->memory.reserve(bytes);
    best->asked = bytes;
    best->used = true;
    return base;
}

void Arena::give_back(const std::byte* base) noexcept {
    for (Region& region : regions_) {
        if (!region.used || region.memory.base() != base) continue;
        region.used = false;
        region.asked = 0;
    }
    if (limit_ == 0) return;
    // Waiting regions count against what the machine holds: keep them within the limit too, largest plans first.
    std::size_t held = 0;
    for (Region& region : regions_) {
        held += region.memory.capacity();
        if (!region.used && held > limit_ + limit_ / 2) {
            held -= region.memory.capacity();
            region.memory.release();
        }
    }
}

}  // namespace hpnas
