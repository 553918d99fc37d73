#pragma once
#include <cstdint>
#include <functional>
#include <span>

#include "hpnas/config/options.hpp"
#include "hpnas/core/units.hpp"

namespace hpnas {

/// What repeated timing of one thing gave. The median is the value to use: one interrupted sample does not move it.
struct Timing {
    double median_ms = 0, min_ms = 0, p90_ms = 0, mean_ms = 0, std_ms = 0;
    std::int64_t count = 0;  ///< samples taken; 0: nothing was measured
};

/// How long and how often to time.
struct TimingOptions {
    double warmup_ms = 10;  ///< run unmeasured at least this long, and at least twice
    double min_sample_ms =
        0.2;  ///< repeat the work inside one sample until it lasts this long: 10^4 times the clock's resolution
    std::int64_t samples = 15;
    double max_ms = 2000;  ///< stop early after this long, with three samples at least
    void visit(OptionVisitor& v) {
        v.number({"warmup_ms", "run unmeasured at least this long (ms)", 0, 1e5}, warmup_ms);
        v.number({"min_sample_ms", "repeat the work inside one sample until it lasts this long (ms)", 0, 1e4},
                 min_sample_ms);
        v.integer({"samples", "samples taken; the median counts", 3, 100000}, samples);
        v.number({"max_ms", "stop early after this long (ms)", 0, 1e7}, max_ms);
    }
};

/// Monotonic time since an arbitrary origin; tests inject their own.
using ClockFunction = std::function<Milliseconds()>;
ClockFunction steady_clock();

/// Order statistics of samples in ms. @throws InternalError if there are none.
Timing summarize(std::span<const double> samples_ms);

/// Times `work`: warm-up, then samples of as many repetitions as last min_sample_ms.
/// @param between  if given, runs untimed before every single run of `work` (to put caches into a known state); then a
/// sample is one run
Timing time_work(const std::function<void()>& work, const TimingOptions& options,
                 const std::function<void()>& between = {}, const ClockFunction& clock = steady_clock());

}  // namespace hpnas
