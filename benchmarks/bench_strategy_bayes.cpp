// Time of one ask of Bayesian optimisation against the number of results, in GPUNet's 41 slots with a pool of 5000 and
// known latency; and the best value found in 100 evaluations of a noisy toy (diminishing returns of depth, width,
// expansion per stage, under a latency limit), mean over seeds, for every strategy. One core.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "hpnas/config/node.hpp"
#include "hpnas/strategy/builtin.hpp"

namespace {

using namespace hpnas;

constexpr std::size_t n_stages = 6;
constexpr std::size_t stage_slots = 6;  // filters, kernel, expansion, SE, activation, layers
constexpr std::size_t first_stage = 5;

std::vector<Decision> slots() {
    std::vector<Decision> result;
    for (const int n : {10, 2,  2, 2, 4, 4, 2, 5,  2,  2, 8, 5, 2, 5,  2,  2, 8, 7, 2, 5, 2,
                        2,  10, 8, 2, 5, 2, 2, 16, 10, 2, 5, 2, 2, 15, 10, 2, 5, 2, 2, 16})
        result.push_back(
            {"slot" + std::to_string(result.size()), std::vector<double>(static_cast<std::size_t>(n)), true});
    return result;
}

const std::vector<Decision>& decisions() {
    static const std::vector<Decision> result = slots();
    return result;
}

struct Stage {
    double layers, width, expansion, kernel, se, act;
};

Stage stage(const Encoding& x, std::size_t s) {
    const std::size_t b = first_stage + s * stage_slots;
    const double width = x[b] / static_cast<double>(decisions()[b].values.size() - 1);
    return {x[b + 5] + 1.0, 0.4 + width, 0.3 + 0.175 * x[b + 2], 1.0 * x[b + 1], 1.0 * x[b + 3], 1.0 * x[b + 4]};
}

double resolution(const Encoding& x) { return (224.0 + 32.0 * x[0]) / 384.0; }

double latency_ms(const Encoding& x) {
    double sum = 0.1;
    for (std::size_t s = 0; s < n_stages; ++s) {
        const Stage t = stage(x, s);
        sum += t.layers * t.width * t.width * t.expansion * (1 + 0.4 * t.kernel) * (1 + 0.1 * t.se) * (1 + 0.1 * t.act);
    }
    return 0.1 * sum * resolution(x) * resolution(x);
}

double loss(const Encoding& x) {
    double capacity = 0;
    for (std::size_t s = 0; s < n_stages; ++s) {
        const Stage t = stage(x, s);
        const double act = s < 3 ? 0.15 * t.act : -0.05 * t.act;
        capacity += std::log1p(0.7 * t.layers) * std::sqrt(t.width) * std::pow(t.expansion, 0.3) * (1 + act) *
                    (1 + (s > 2 ? 0.3 : 0.0) * t.kernel) * (1 + 0.25 * t.se) * (0.6 + 0.15 * static_cast<double>(s));
    }
    return 3.0 - 0.22 * capacity - 0.8 * std::log(resolution(x)) + 0.05 * latency_ms(x);
}

StrategyContext problem(std::uint64_t seed) {
    StrategyContext context;
    context.decisions = decisions();
    context.seed = seed;
    context.latency_ms = latency_ms;
    context.feasible = [](const Encoding& x) { return latency_ms(x) > 0.8 && latency_ms(x) < 1.2; };
    Rng rng(seed, Purpose::test);
    while (context.pool.size() < 5000) {
        const Encoding x = random_encoding(context.decisions, rng);
        if (context.feasible(x)) context.pool.push_back(x);
    }
    return context;
}

std::unique_ptr<Strategy> make(const std::string& yaml, std::uint64_t seed) {
    Diagnostics diagnostics;
    auto strategy = strategies().make(parse_yaml(yaml, "benchmark"), "strategy", diagnostics, problem(seed));
    diagnostics.throw_if_any();
    return strategy;
}

Evaluation evaluate(const Candidate& candidate, Rng& noise) {
    Evaluation result;
    result.candidate = candidate.id;
    result.objectives = {loss(candidate.encoding) + 0.03 * noise.normal()};
    return result;
}

/// The strategy's design fills it with n results; timed are model fits (a new result each time) and proposals.
void ask(benchmark::State& state) {
    const auto strategy = make("{name: bayes, initial: " + std::to_string(state.range(0)) + "}", 1);
    Rng noise(1, Purpose::test, 1);
    for (const Candidate& candidate : strategy->ask(static_cast<std::size_t>(state.range(0))))
        strategy->tell(std::vector{evaluate(candidate, noise)});
    for (const Candidate& candidate : strategy->ask(1))
        strategy->tell(std::vector{evaluate(candidate, noise)});  // first fit
    for (auto _ : state) {
        const std::vector<Candidate> asked = strategy->ask(static_cast<std::size_t>(state.range(1)));
        state.PauseTiming();
        for (const Candidate& candidate : asked) strategy->tell(std::vector{evaluate(candidate, noise)});
        state.ResumeTiming();
    }
}
BENCHMARK(ask)
    ->ArgNames({"results", "batch"})
    ->Unit(benchmark::kMillisecond)
    ->Iterations(10)
    ->Args({20, 1})
    ->Args({50, 1})
    ->Args({100, 1})
    ->Args({200, 1})
    ->Args({500, 1})
    ->Args({1000, 1})
    ->Args({100, 16})
    ->Args({500, 16});

/// Best true loss after 100 noisy evaluations in batches of 2; `mean` over the seeds.
void regret(benchmark::State& state, const std::string& name) {
    constexpr int seeds = 10;
    double sum = 0;
    for (auto _ : state)
        for (std::uint64_t seed = 0; seed < seeds; ++seed) {
            const auto strategy = make(name, seed);
            Rng noise(seed, Purpose::test, 1);
            double best = std::numeric_limits<double>::infinity();
            for (int n = 0; n < 100; n += 2)
                for (const Candidate& candidate : strategy->ask(2)) {
                    best = std::min(best, loss(candidate.encoding));
                    strategy->tell(std::vector{evaluate(candidate, noise)});
                }
            sum += best / seeds;
        }
    state.counters["best_loss"] = sum / static_cast<double>(state.iterations());
}

}  // namespace

int main(int argc, char** argv) {
    for (const auto& entry : strategies().entries())
        benchmark::RegisterBenchmark(("regret/" + entry.name).c_str(), regret, entry.name)
            ->Iterations(1)
            ->Unit(benchmark::kMillisecond);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
