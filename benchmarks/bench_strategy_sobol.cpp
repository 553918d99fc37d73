// Points per second of the Sobol sequence in GPUNet's 41 dimensions, one core. Screening needs at least 1e6 points/s in
// all.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "hpnas/strategy/sobol_sequence.hpp"

namespace {

constexpr std::size_t slots = 41;
constexpr std::uint64_t points_per_round = 1 << 16;

void sobol_points(benchmark::State& state) {
    hpnas::SobolSequence sequence(slots, 1);
    std::vector<std::uint32_t> point(slots);
    for (auto _ : state) {
        sequence.seek(0);
        for (std::uint64_t i = 0; i < points_per_round; ++i) sequence.next(point);
        benchmark::DoNotOptimize(point.data());
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(points_per_round));
}
BENCHMARK(sobol_points);

void sobol_choices(benchmark::State& state) {
    hpnas::SobolSequence sequence(slots, 1);
    const std::vector<std::uint32_t> radices(slots, 5);
    std::vector<std::uint32_t> point(slots);
    std::vector<std::int16_t> choices(slots);
    for (auto _ : state) {
        sequence.seek(0);
        for (std::uint64_t i = 0; i < points_per_round; ++i) {
            sequence.next(point);
            hpnas::to_choices(point, radices, choices);
            benchmark::DoNotOptimize(choices.data());
        }
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(points_per_round));
}
BENCHMARK(sobol_choices);

}  // namespace

BENCHMARK_MAIN();
