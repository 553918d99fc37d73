#pragma once
#include <limits>
#include <span>
#include <vector>

#include "hpnas/sched/screening.hpp"

namespace hpnas::sched_test {

/// Five decisions with 4, 3, 5, 2, 6 choices; the fifth does not matter while the fourth is 0 (so canonical forms are
/// fewer).
inline const std::vector<Decision>& decisions() {
    static const std::vector<Decision> all{{"a", {0, 1, 2, 3}, true},
                                           {"b", {0, 1, 2}, true},
                                           {"c", {0, 1, 2, 3, 4}, true},
                                           {"d", {0, 1}, false},
                                           {"e", {0, 1, 2, 3, 4, 5}, true}};
    return all;
}

inline Encoding canonical(const Encoding& x) {
    Encoding y = x;
    if (y[3] == 0) y[4] = 0;
    return y;
}

/// Additive, in [1, 1 + 3 + 1 + 2 + 0.5 + 5]; a = 3 with b = 2 cannot be built.
inline double latency_ms(std::span<const std::int16_t> x) {
    if (x[0] == 3 && x[1] == 2) return std::numeric_limits<double>::quiet_NaN();
    return 1 + x[0] + 0.5 * x[1] + 0.5 * x[2] + (x[3] == 0 ? 0.0 : 0.5 + x[4]);
}

inline ScreeningSpace space() { return {decisions(), latency_ms, canonical}; }

inline ScreeningOptions options() {
    ScreeningOptions options;
    options.samples = 5000;
    options.seed = 11;
    options.buckets = {{1, 3}, {3, 6}, {100, 200}};
    options.survivors = 12;
    options.histogram_bins = 10;
    options.histogram_upper_ms = 10;
    return options;
}

}  // namespace hpnas::sched_test
