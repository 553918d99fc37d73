#pragma once
#include <cstddef>
#include <vector>

namespace hpnas {

/// Memory of `bytes` bytes, aligned to 64 bytes; from 1 MiB on aligned to huge pages, which are asked for.
/// @throws std::bad_alloc
void* allocate_huge(std::size_t bytes);
void free_huge(void* memory) noexcept;

/// Standard allocator over allocate_huge.
template <class T>
struct HugePageAllocator {
    using value_type = T;
    HugePageAllocator() = default;
    template <class U>
    HugePageAllocator(const HugePageAllocator<U>&) noexcept {}  // NOLINT: allocators convert
    T* allocate(std::size_t count) { return static_cast<T*>(allocate_huge(count * sizeof(T))); }
    void deallocate(T* memory, std::size_t) noexcept { free_huge(memory); }
    friend bool operator==(const HugePageAllocator&, const HugePageAllocator&) noexcept { return true; }
};

/// Long flat float arrays: parameters, optimiser state.
using FloatBuffer = std::vector<float, HugePageAllocator<float>>;

}  // namespace hpnas
