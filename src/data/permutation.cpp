#include "hpnas/data/permutation.hpp"

#include <algorithm>
#include <bit>

#include "hpnas/core/rng.hpp"

namespace hpnas {
namespace {

/// Finaliser of SplitMix64: every input bit reaches every output bit. Source: Steele, Lea, Flood, OOPSLA 2014.
std::uint64_t mix(std::uint64_t x) noexcept {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

unsigned half_of(std::int64_t n) noexcept {
    const auto bits = static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(n - 1)));
    return std::max(1U, (bits + 1) / 2);
}

}  // namespace

KeyedPermutation::KeyedPermutation(std::int64_t n, std::uint64_t seed, std::uint64_t id) noexcept
    : n_(n), half_bits_(half_of(n)), keys_{} {
    Rng rng(seed, Purpose::shuffle, id);
    for (std::uint64_t& key : keys_) {
        const std::uint64_t high = rng();
        key = (high << 32) | rng();
    }
}

std::uint64_t KeyedPermutation::encrypt(std::uint64_t x) const noexcept {
    const std::uint64_t mask = (std::uint64_t{1} << half_bits_) - 1;
    std::uint64_t left = x >> half_bits_, right = x & mask;
    for (const std::uint64_t key : keys_) {
        const std::uint64_t next = left ^ (mix(right ^ key) >> (64 - half_bits_));
        left = right;
        right = next;
    }
    return (left << half_bits_) | right;
}

std::int64_t KeyedPermutation::operator()(std::int64_t i) const noexcept {
    auto x = static_cast<std::uint64_t>(i);
    do x = encrypt(x);
    while (x >= static_cast<std::uint64_t>(n_));
    return static_cast<std::int64_t>(x);
}

}  // namespace hpnas
