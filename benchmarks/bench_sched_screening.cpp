// Candidates per second and core of latency screening: Sobol point, choices, latency lookup, histogram, two buckets of
// 512 survivors. The aim is 1e6 candidates/s. `gpunet_additive` looks up the real space's segment tables (block costs
// are made up: they do not change the time), `plain_sum` adds one number per slot and shows what the rest costs.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <numeric>
#include <span>
#include <vector>

#include "hpnas/config/diagnostics.hpp"
#include "hpnas/config/node.hpp"
#include "hpnas/sched/screening_part.hpp"
#include "hpnas/space/additive_cost.hpp"
#include "hpnas/space/builtin.hpp"

namespace {

constexpr std::uint64_t samples = 1 << 18;

std::unique_ptr<hpnas::SearchSpace> gpunet() {
    hpnas::Diagnostics diagnostics;
    auto space = hpnas::spaces().make(hpnas::parse_yaml("gpunet", "bench"), "space", diagnostics, hpnas::TaskShape{});
    diagnostics.throw_if_any();
    return space;
}

hpnas::ScreeningOptions options(double upper_ms) {
    hpnas::ScreeningOptions options;
    options.samples = samples;
    options.buckets = {{0.2 * upper_ms, 0.3 * upper_ms}, {0.3 * upper_ms, 0.4 * upper_ms}};
    options.survivors = 512;
    options.histogram_upper_ms = upper_ms;
    return options;
}

void look(benchmark::State& state, const hpnas::ScreeningSpace& space, double upper_ms) {
    for (auto _ : state) {
        hpnas::ScreeningPart part(options(upper_ms));
        part.look_at(space, 0, samples);
        benchmark::DoNotOptimize(part);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(samples));
}

void gpunet_additive(benchmark::State& state) {
    const auto gpunet_space = gpunet();
    const hpnas::Segmentation segmentation = *gpunet_space->segmentation();
    std::vector<double> costs(segmentation.blocks.size());
    for (std::size_t i = 0; i < costs.size(); ++i) costs[i] = 0.01 + 1e-3 * static_cast<double>(i * 37 % 101);
    const hpnas::AdditiveCost cost(segmentation, costs);
    look(state,
         {gpunet_space->decisions(), [&](std::span<const std::int16_t> x) { return cost(x); },
          [&](const hpnas::Encoding& x) { return gpunet_space->canonical(x); }},
         5.0);
}
BENCHMARK(gpunet_additive)->Unit(benchmark::kMillisecond);

void plain_sum(benchmark::State& state) {
    const auto gpunet_space = gpunet();
    const auto sum = [](std::span<const std::int16_t> x) { return 0.05 * std::accumulate(x.begin(), x.end(), 0); };
    look(state, {gpunet_space->decisions(), sum, {}}, 10.0);
}
BENCHMARK(plain_sum)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
