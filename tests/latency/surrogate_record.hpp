#pragma once
#include <omp.h>

#include <string>
#include <vector>

#include "hpnas/latency/mlp_fit.hpp"
#include "hpnas/latency/network_timing.hpp"
#include "hpnas/latency/surrogate_file.hpp"

namespace hpnas::test {

/// Widths that a block of chain() may have.
inline const std::vector<std::int64_t> chain_widths{8, 16, 128};

/// A complete record of chains of three blocks: all 27 with made-up times (ms) that grow with the widths, the last five
/// held out, both surrogates fitted.
inline SurrogateRecord chain_record() {
    SurrogateRecord record{.space = "chain",
                           .conditions = {.device = describe_cpu(),
                                          .batch = 1,
                                          .threads = omp_get_max_threads(),
                                          .libraries = "x 1",
                                          .date = "2026-11-20"},
                           .decisions = {"width1", "width2", "width3"},
                           .choices = {3, 3, 3},
                           .pairs = {},
                           .linear = {},
                           .mlp = {}};
    for (int i = 0; i < 27; ++i) {
        LatencyPair pair{.encoding = {static_cast<std::int16_t>(i % 3), static_cast<std::int16_t>(i / 3 % 3),
                                      static_cast<std::int16_t>(i / 9)}};
        pair.timing = {.median_ms = 0.1 / 3, .min_ms = 0.03, .p90_ms = 0, .mean_ms = 0, .std_ms = 0.01, .count = 7};
        for (const std::int16_t choice : pair.encoding)
            pair.timing.median_ms += 1e-3 * static_cast<double>(chain_widths[static_cast<std::size_t>(choice)]);
        pair.held_out = i >= 22;
        record.pairs.push_back(pair);
    }
    record.linear = fit_linear(record.samples(false), {.penalty = 1e-3});
    record.mlp = fit_mlp(record.samples(false), {.width = 8, .epochs = 200, .batch = 4}, 1).surrogate;
    return record;
}

}  // namespace hpnas::test
