#pragma once
#include <array>
#include <cstdint>

namespace hpnas {

/// A pseudo-random bijection of [0, n) that needs no memory: any rank asks for any position of the shuffled order. A
/// Feistel network on the smallest even number of bits that holds n, with round keys from Rng(seed, Purpose::shuffle,
/// id); values >= n are permuted again until they fall inside (cycle walking, under 4 rounds on average). Source:
/// Black, Rogaway, Ciphers with arbitrary finite domains, CT-RSA 2002.
class KeyedPermutation {
public:
    /// @param n  >= 1   @param id  e.g. the epoch
    KeyedPermutation(std::int64_t n, std::uint64_t seed, std::uint64_t id) noexcept;
    std::int64_t size() const noexcept { return n_; }
    /// @param i  in [0, n)
    std::int64_t operator()(std::int64_t i) const noexcept;

private:
    std::uint64_t encrypt(std::uint64_t x) const noexcept;

    std::int64_t n_;
    unsigned half_bits_;
    std::array<std::uint64_t, 6> keys_;
};

}  // namespace hpnas
