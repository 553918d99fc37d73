#pragma once
#include <omp.h>

#include <algorithm>
#include <cstdint>

namespace hpnas::kernel {

/// Calls f(begin, end) for consecutive blocks of [0, count), on all threads. The blocks do not depend on the number of
/// threads.
template <class F>
void for_blocks(std::int64_t count, std::int64_t block, F&& f) {
    const std::int64_t n_blocks = (count + block - 1) / block;
#pragma omp parallel for schedule(static) if (n_blocks > 1)
    for (std::int64_t b = 0; b < n_blocks; ++b) f(b * block, std::min(count, (b + 1) * block));
}

/// Work, in floats read, that is worth a parallel region.
inline constexpr std::int64_t elements_per_block = 1 << 15;

/// Share `index` of `parts` about equal ones of [0, count), in multiples of `unit` but for the last.
struct Share {
    Share(std::int64_t count, std::int64_t parts, std::int64_t index, std::int64_t unit = 1)
        : begin(count / unit * index / parts * unit),
          end(index + 1 == parts ? count : count / unit * (index + 1) / parts * unit) {}
    std::int64_t begin, end;
};

/// Calls f(begin, end) on every thread for its share of the rows of a tensor: the same in every operator, so that what
/// one leaves in a core's caches the next finds there. For work on each row by itself: shares change with the threads.
template <class F>
void for_shares(std::int64_t rows, std::int64_t width, F&& f) {
#pragma omp parallel if (rows > 1 && rows * width > elements_per_block / 16)
    {
        const Share own(rows, omp_get_num_threads(), omp_get_thread_num());
        if (own.begin < own.end) f(own.begin, own.end);
    }
}

/// Shares of elements begin at multiples of this.
inline constexpr std::int64_t elements_per_unit = 64;

/// Calls f(begin, end) on every thread for its share of `count` elements, which are near the rows that it has; in one
/// piece where a parallel region would cost more than it gains. For work on each element by itself.
template <class F>
void for_elements(std::int64_t count, F&& f) {
#pragma omp parallel if (count >= elements_per_block)
    {
        const Share own(count, omp_get_num_threads(), omp_get_thread_num(), elements_per_unit);
        if (own.begin < own.end) f(own.begin, own.end);
    }
}

}  // namespace hpnas::kernel
