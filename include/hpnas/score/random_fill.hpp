#pragma once
#include <cstdint>
#include <span>

namespace hpnas {

/// Fills with independent standard normal values (Box-Muller on float32, |value| < 6.8). Element i is a function of
/// (seed, id, i) alone: the same for any number of threads. About 10 ns per value and thread.
void fill_normal(std::span<float> values, std::uint64_t seed, std::uint64_t id);

/// Fills with integers uniform in [0, n), stored as floats. Element i is a function of (seed, id, i) alone.
/// @pre 1 <= n <= 2^24, so that every integer is exact
void fill_uniform_integers(std::span<float> values, std::uint64_t n, std::uint64_t seed, std::uint64_t id);

}  // namespace hpnas
