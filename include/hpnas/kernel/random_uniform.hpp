#pragma once
#include <cstdint>
#include <hpnas/core/rng.hpp>

namespace hpnas::kernel {

/// Uniform values in (low, high): the stream Rng(seed, purpose, id), one draw per value.
struct UniformDraws {
    std::uint64_t seed = 0;
    Purpose purpose = Purpose::initialisation;
    std::uint64_t id = 0;
    double low = 0, high = 1;
};

/// dst[i] = low + (high - low) * (draw i + 1/2) / 2^32, computed in double precision and rounded to float, i < count. Draw
/// i is that of the i-th call of the Rng: the same bits on any x86-64 instruction set. One thread.
void fill_uniform(const UniformDraws& draws, float* dst, std::int64_t count);

}  // namespace hpnas::kernel
