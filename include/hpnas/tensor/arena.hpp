#pragma once
#include <cstddef>
#include <vector>

namespace hpnas {

/// Alignment of every sub-allocation: one cache line, one 512-bit vector.
inline constexpr std::size_t tensor_alignment = 64;

/// `bytes` rounded up to a multiple of tensor_alignment.
constexpr std::size_t aligned_bytes(std::size_t bytes) noexcept {
    return (bytes + tensor_alignment - 1) / tensor_alignment * tensor_alignment;
}

/// Lays tensors out one after the other; the result is an offset into an Arena and a total to reserve.
class ArenaLayout {
public:
    /// Offset in bytes of a block of `bytes`, aligned to tensor_alignment.
    std::size_t add(std::size_t bytes) noexcept {
        const std::size_t offset = total_;
        total_ += aligned_bytes(bytes);
        return offset;
    }
    std::size_t add_floats(std::size_t count) noexcept { return add(count * sizeof(float)); }
    std::size_t total() const noexcept { return total_; }

private:
    std::size_t total_ = 0;
};

/// One region of memory per rank that holds all tensors of the network at hand and is reused by every candidate,
/// because the first touch of a fresh page costs more than computing on it. Huge pages are asked for. Not thread safe.
class Arena {
public:
    /// @param limit  most bytes that reserve() may ask for; 0: no limit but the machine's
    explicit Arena(std::size_t limit = 0) noexcept;
    ~Arena();
    Arena(Arena&& other) noexcept;
    Arena& operator=(Arena&& other) noexcept;
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

    /// Base address (64-byte aligned, page aligned in fact) of at least `bytes` bytes. Contents are undefined: what an
    /// earlier user left. Growing moves the region, so pointers from earlier calls are invalid after a call that grows.
    /// @throws std::bad_alloc  over the limit, or the machine has no more; the arena stays usable with its old capacity
    std::byte* reserve(std::size_t bytes);
    std::byte* base() const noexcept { return base_; }
    /// The float array that begins `offset` bytes into the region.
    float* floats(std::size_t offset) const noexcept { return reinterpret_cast<float*>(base_ + offset); }
    std::size_t capacity() const noexcept { return capacity_; }
    std::size_t limit() const noexcept { return limit_; }
    /// Gives the region back to the system.
    void release() noexcept;

    /// A region of its own of at least `bytes` bytes for one plan, beside reserve()'s and other plans'. It stays where
    /// it is until give_back; then its memory serves the next plan (contents undefined, pages already touched).
    /// @throws std::bad_alloc  the regions in use would exceed the limit, or the machine has no more; then nothing
    /// changed
    std::byte* acquire(std::size_t bytes);
    /// @param region  from acquire(); null does nothing
    void give_back(const std::byte* region) noexcept;

private:
    void take(Arena& other) noexcept;

    std::byte* base_ = nullptr;
    std::size_t capacity_ = 0;
    std::size_t limit_ = 0;
    struct Region;
    Region& waiting_region(std::size_t bytes);
    void give_up_waiting() noexcept;
    std::vector<Region> regions_;  // those of acquire(): in use or waiting for the next plan
    void* mapping_ = nullptr;      // what the system gave; base_ is its first huge-page boundary
    std::size_t mapped_ = 0;
};

}  // namespace hpnas
