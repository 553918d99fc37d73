#pragma once
#include <cstdint>
#include <exception>

namespace hpnas {

/// Calls `step(i)` for i in [0, n) on all OpenMP threads. If some throw, what the smallest i threw is thrown once all
/// have returned.
template <class Step>
void parallel_for(std::int64_t n, const Step& step) {
    std::exception_ptr error;
    std::int64_t place = n;
#pragma omp parallel for schedule(dynamic)
    for (std::int64_t i = 0; i < n; ++i) {
        try {
            step(i);
        } catch (...) {
#pragma omp critical
            if (i < place) {
                place = i;
                error = std::current_exception();
            }
        }
    }
    if (error) std::rethrow_exception(error);
}

}  // namespace hpnas
