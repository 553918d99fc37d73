#pragma once
#include <algorithm>
#include <cstdint>

namespace hpnas::kernel {

/// Calls f(begin, end) for consecutive blocks of [0, count), on all threads. The blocks do not depend on the number of threads.
template <class F>
void for_blocks(std::int64_t count, std::int64_t block, F&& f) {
    const std::int64_t n_blocks = (count + block - 1) / block;
#pragma omp parallel for schedule(static) if (n_blocks > 1)
    for (std::int64_t b = 0; b < n_blocks; ++b) f(b * block, std::min(count, (b + 1) * block));
}

/// Floats per block of an element-wise loop: small enough to share out, large enough to hide the cost of a parallel region.
inline constexpr std::int64_t elements_per_block = 1 << 15;

}  // namespace hpnas::kernel
