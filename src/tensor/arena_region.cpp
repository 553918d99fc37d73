#include "arena_region.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <new>

namespace hpnas {
namespace {

constexpr std::size_t huge_page = std::size_t{2} << 20;

}  // namespace

/// The smallest waiting region that is large enough; if there is none, the largest, which must grow.
Arena::Region& Arena::waiting_region(std::size_t bytes) {
    Region* best = nullptr;
    for (Region& region : regions_) {
        if (region.used) continue;
        const bool fits = region.memory.capacity() >= bytes;
        const bool best_fits = best != nullptr && best->memory.capacity() >= bytes;
        const bool smaller = best != nullptr && region.memory.capacity() < best->memory.capacity();
        if (best == nullptr || (fits && (!best_fits || smaller)) || (!fits && !best_fits && !smaller)) best = &region;
    }
    return best == nullptr ? regions_.emplace_back() : *best;
}

std::byte* Arena::acquire(std::size_t bytes) {
    std::size_t in_use = 0;
    for (const Region& region : regions_) in_use += region.asked;
    if (limit_ != 0 && (bytes > limit_ || in_use > limit_ - bytes)) throw std::bad_alloc();
    Region& chosen = waiting_region(bytes);
    if (chosen.memory.capacity() < bytes) {
        chosen.memory.release();  // before the larger one is touched
        chosen.touched = 0;
    }
    std::byte* base = chosen.memory.reserve(bytes);
    chosen.asked = bytes;
    chosen.touched = std::max(chosen.touched, bytes);
    chosen.used = true;
    if (limit_ != 0) give_up_waiting();
    return base;
}

/// What no plan uses must not push the arena over its limit: first the waiting regions go, then the pages behind small
/// plans in large regions.
void Arena::give_up_waiting() noexcept {
    std::size_t held = 0;
    for (const Region& region : regions_) held += region.touched;
    for (Region& region : regions_) {
        if (region.used || held <= limit_) continue;
        held -= region.touched;
        region.touched = 0;
        region.memory.release();
    }
    for (Region& region : regions_) {
        if (held <= limit_) return;
        const std::size_t kept = (region.asked + huge_page - 1) / huge_page * huge_page;
        if (region.touched <= kept) continue;
        madvise(region.memory.base() + kept, region.touched - kept, MADV_DONTNEED);
        held -= region.touched - region.asked;
        region.touched = region.asked;
    }
}

void Arena::give_back(const std::byte* base) noexcept {
    for (Region& region : regions_) {
        if (!region.used || region.memory.base() != base) continue;
        region.used = false;
        region.asked = 0;
    }
}

}  // namespace hpnas
