#include "hpnas/latency/measure_missing.hpp"

namespace hpnas {

NetworkTimingOptions block_timing_options(const TimingOptions& timing, std::int64_t batch) {
    NetworkTimingOptions options{.timing = timing, .batch = batch, .cache = CacheState::in_network};
    options.timing.warmup_ms = 0.1 * timing.warmup_ms;  // every run starts from prepared caches: only pages are warmed
    return options;
}

}  // namespace hpnas
