#include "hpnas/kernel/random_uniform.hpp"

#include "loops.hpp"

namespace hpnas::kernel {

void fill_uniform(const UniformDraws& draws, float* dst, std::int64_t count) {
    const auto low_half = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
    loops().uniform({low_half(draws.seed), low_half(draws.seed >> 32), static_cast<std::uint32_t>(draws.purpose),
                     low_half(draws.id), low_half(draws.id >> 32), draws.low, draws.high - draws.low, count},
                    dst);
}

}  // namespace hpnas::kernel
