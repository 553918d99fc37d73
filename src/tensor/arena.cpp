#include "arena_region.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <new>
#include <utility>

namespace hpnas {
namespace {

constexpr std::size_t huge_page = std::size_t{2} << 20;

constexpr std::size_t round_up(std::size_t bytes) noexcept { return (bytes + huge_page - 1) / huge_page * huge_page; }

}  // namespace

Arena::Arena(std::size_t limit) noexcept : limit_(limit) {}

Arena::~Arena() { release(); }

Arena::Arena(Arena&& other) noexcept { take(other); }

Arena& Arena::operator=(Arena&& other) noexcept {
    if (this != &other) {
        release();
        take(other);
    }
    return *this;
}

void Arena::take(Arena& other) noexcept {
    base_ = std::exchange(other.base_, nullptr);
    capacity_ = std::exchange(other.capacity_, 0);
    limit_ = other.limit_;
    regions_ = std::move(other.regions_);
    other.regions_.clear();
    mapping_ = std::exchange(other.mapping_, nullptr);
    mapped_ = std::exchange(other.mapped_, 0);
}

std::byte* Arena::reserve(std::size_t bytes) {
    if (bytes <= capacity_ && base_ != nullptr) return base_;
    if (limit_ != 0 && bytes > limit_) throw std::bad_alloc();
    // Untouched pages cost nothing, so some room to grow saves later moves.
    std::size_t wanted = std::max(bytes, capacity_ + capacity_ / 2);
    if (limit_ != 0) wanted = std::min(wanted, limit_);
    const std::size_t capacity = std::max(round_up(wanted), huge_page);
    if (capacity < wanted || capacity + huge_page < capacity) throw std::bad_alloc();
    const std::size_t mapped = capacity + huge_page;
    void* mapping = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED) throw std::bad_alloc();
    release();
    const auto address = reinterpret_cast<std::uintptr_t>(mapping);
    base_ = static_cast<std::byte*>(mapping) + (round_up(address) - address);
    capacity_ = capacity;
    mapping_ = mapping;
    mapped_ = mapped;
    madvise(base_, capacity_, MADV_HUGEPAGE);  // advice only: failing costs speed, not correctness
    return base_;
}

void Arena::release() noexcept {
    if (mapping_ != nullptr) munmap(mapping_, mapped_);
    mapping_ = nullptr;
    mapped_ = 0;
    base_ = nullptr;
    capacity_ = 0;
}

}  // namespace hpnas
