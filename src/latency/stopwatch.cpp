#include "hpnas/latency/stopwatch.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/linalg/statistics.hpp"

namespace hpnas {
namespace {

struct Timer {
    const std::function<void()>& work;
    const std::function<void()>& between;
    const ClockFunction& clock;

    /// Mean time of one run over `repeats` runs without a pause; 1 run if something happens between the runs.
    double sample(std::int64_t repeats) const {
        if (between) between();
        const Milliseconds start = clock();
        for (std::int64_t i = 0; i < repeats; ++i) work();
        return (clock() - start).count() / static_cast<double>(repeats);
    }
};

/// Runs until warm; returns the shortest time of one run seen.
double warm_up(const Timer& timer, double warmup_ms) {
    const double start = timer.clock().count();
    double shortest = timer.sample(1);
    constexpr int most = 100000;  // a clock that stands still must not hang the program
    for (int i = 1; i < 2 || (i < most && timer.clock().count() - start < warmup_ms); ++i)
        shortest = std::min(shortest, timer.sample(1));
    return shortest;
}

std::int64_t repeats_for(double run_ms, double min_sample_ms) {
    constexpr double shortest_ms = 1e-6;  // one clock tick: an empty work shall not repeat for ever
    return std::max<std::int64_t>(1,
                                  static_cast<std::int64_t>(std::ceil(min_sample_ms / std::max(run_ms, shortest_ms))));
}

}  // namespace

ClockFunction steady_clock() {
    return [] { return std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now().time_since_epoch()); };
}

Timing summarize(std::span<const double> samples_ms) {
    if (samples_ms.empty()) throw InternalError("summarize: no samples");
    const auto n = static_cast<double>(samples_ms.size());
    Timing t;
    t.median_ms = median(samples_ms);
    t.min_ms = *std::min_element(samples_ms.begin(), samples_ms.end());
    t.p90_ms = quantile(samples_ms, 0.9);
    t.mean_ms = std::accumulate(samples_ms.begin(), samples_ms.end(), 0.0) / n;
    double squares = 0;
    for (const double x : samples_ms) squares += (x - t.mean_ms) * (x - t.mean_ms);
    t.std_ms = samples_ms.size() > 1 ? std::sqrt(squares / (n - 1)) : 0.0;
    t.count = static_cast<std::int64_t>(samples_ms.size());
    return t;
}

Timing time_work(const std::function<void()>& work, const TimingOptions& options, const std::function<void()>& between,
                 const ClockFunction& clock) {
    const Timer timer{work, between, clock};
    const double run_ms = warm_up(timer, options.warmup_ms);
    const std::int64_t repeats = between ? 1 : repeats_for(run_ms, options.min_sample_ms);
    constexpr std::size_t least = 3;  // the smallest sample whose median ignores one outlier
    const double start = clock().count();
    std::vector<double> samples;
    while (samples.size() < static_cast<std::size_t>(options.samples)) {
        samples.push_back(timer.sample(repeats));
        if (samples.size() >= least && clock().count() - start > options.max_ms) break;
    }
    return summarize(samples);
}

}  // namespace hpnas
