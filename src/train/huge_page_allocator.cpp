#include "hpnas/train/huge_page_allocator.hpp"

#include <sys/mman.h>

#include <cstdlib>
#include <new>

namespace hpnas {

void* allocate_huge(std::size_t bytes) {
    constexpr std::size_t line = 64, page = std::size_t{2} << 20;
    const std::size_t alignment = bytes >= page / 2 ? page : line;
    if (bytes > static_cast<std::size_t>(-1) / 2) throw std::bad_alloc();
    const std::size_t rounded = (bytes + alignment - 1) / alignment * alignment;
    void* memory = std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded);
    if (memory == nullptr) throw std::bad_alloc();
    if (alignment == page) madvise(memory, rounded, MADV_HUGEPAGE);  // advice only
    return memory;
}

void free_huge(void* memory) noexcept { std::free(memory); }

}  // namespace hpnas
