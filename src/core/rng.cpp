#include "hpnas/core/rng.hpp"

#include <Random123/philox.h>

#include <cmath>
#include <numbers>

namespace hpnas {

// Key = seed; counter = {draw block, purpose, id low, id high}. So every (seed, purpose, id) owns 2^32 blocks of four
// draws.
Rng::Rng(std::uint64_t seed, Purpose purpose, std::uint64_t id) noexcept
    : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
      counter_{0, static_cast<std::uint32_t>(purpose), static_cast<std::uint32_t>(id),
               static_cast<std::uint32_t>(id >> 32)} {}

Rng::result_type Rng::operator()() noexcept {
    if (used_ == block_.size()) {
        const philox4x32_ctr_t counter = {{counter_[0], counter_[1], counter_[2], counter_[3]}};
        const philox4x32_key_t key = {{key_[0], key_[1]}};
        const philox4x32_ctr_t drawn = philox4x32(counter, key);
        for (std::size_t i = 0; i < block_.size(); ++i) block_[i] = drawn.v[i];
        ++counter_[0];
        used_ = 0;
    }
    return block_[used_++];
}

double Rng::uniform() noexcept {
    const std::uint64_t high = (*this)();
    const std::uint64_t low = (*this)();
    return static_cast<double>(((high << 32) | low) >> 11) * 0x1p-53;
}

double Rng::normal() noexcept {
    const double radius = std::sqrt(-2.0 * std::log1p(-uniform()));  // 1 - u is in (0, 1]: the logarithm is finite
    return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

// Draws below 2^64 mod n are rejected: what is left is a whole multiple of n.
std::uint64_t Rng::below(std::uint64_t n) noexcept {
    const std::uint64_t rejected = (0 - n) % n;
    std::uint64_t draw = 0;
    do {
        const std::uint64_t high = (*this)();
        const std::uint64_t low = (*this)();
        draw = (high << 32) | low;
    } while (draw < rejected);
    return draw % n;
}

}  // namespace hpnas
