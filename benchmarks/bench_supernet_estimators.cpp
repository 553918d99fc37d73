// Bias and variance of every gradient estimator on toy problems that can be enumerated, and what they find there.
// Prints Markdown. Usage: bench_supernet_estimators [SAMPLES [SEEDS [STEPS]]]
#include <fmt/core.h>

#include <cmath>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/supernet/builtin.hpp"
#include "hpnas/supernet/exact.hpp"
#include "hpnas/supernet/logit_adam.hpp"
#include "hpnas/supernet/moments.hpp"
#include "hpnas/supernet/toy.hpp"

using namespace hpnas;

namespace {

/// A row of the tables: its name and what to make it from.
struct Variant {
    std::string name, yaml;
    std::size_t samples = 1;  ///< that the yaml asks for
};

const std::vector<Variant> variants{
    {"reinforce, no baseline", "{name: reinforce, baseline: none}"},
    {"reinforce, moving average", "{name: reinforce, baseline: ema}"},
    {"reinforce, moving average, 2 samples", "{name: reinforce, baseline: ema, samples: 2}", 2},
    {"reinforce, leave one out, 4 samples", "{name: reinforce, baseline: leave_one_out, samples: 4}", 4},
    {"unas, temperature 0.1", "{name: unas, temperature: 0.1}"},
    {"unas, temperature 0.4", "{name: unas, temperature: 0.4}"},
    {"unas, temperature 1", "{name: unas, temperature: 1}"},
    {"unas, 0.4, not coupled", "{name: unas, coupled: false}"},
    {"unas, 0.4, moving average", "{name: unas, baseline: ema}"},
    {"unas, 0.4, fitted scale", "{name: unas, fit_control_scale: true}"},
    {"unas, 0.4, moving average and scale fitted", "{name: unas, fit_control_scale: true, baseline: ema}"},
    {"unas, 0.4, 4 samples", "{name: unas, samples: 4}", 4},
    {"snas, temperature 0.1", "{name: snas, temperature: 0.1}"},
    {"snas, temperature 0.4", "{name: snas, temperature: 0.4}"},
    {"snas, temperature 1", "{name: snas, temperature: 1}"},
    {"gdas, temperature 1", "gdas"},
    {"darts", "darts"},
};
const std::vector<Variant> searchers{
    {"reinforce, no baseline", "{name: reinforce, baseline: none}"},
    {"reinforce, moving average", "{name: reinforce, baseline: ema}"},
    {"reinforce, moving average, 2 samples", "{name: reinforce, baseline: ema, samples: 2}", 2},
    {"unas", "unas"},
    {"unas, moving average and scale fitted", "{name: unas, baseline: ema, fit_control_scale: true}"},
    {"snas", "snas"},
    {"gdas", "gdas"},
    {"darts", "darts"},
};

std::unique_ptr<GradientEstimator> make(const Variant& variant) {
    Diagnostics diagnostics;
    auto estimator =
        estimators().make(parse_yaml("e: " + variant.yaml, "benchmark").map.front().second, "e", diagnostics);
    diagnostics.throw_if_any();
    return estimator;
}

double norm(std::span<const double> x) {
    double square = 0;
    for (const double value : x) square += value * value;
    return std::sqrt(square);
}

void print_moments(const ToyProblem& toy, std::size_t count) {
    const ExactExpectation exact = exact_expectation(*toy.objective, toy.logits);
    RelaxedObjective* const term = toy.objective.get();
    fmt::print("\n{}: {}. E[L] {:.4f}, |gradient| {:.4f}.\n\n", toy.name, toy.doc, exact.value, norm(exact.gradient));
    fmt::print(
        "| estimator | norm of bias | by chance | total variance | variance * samples | passes "
        "|\n|---|---:|---:|---:|---:|---:|\n");
    fmt::print("| reinforce, no baseline, enumerated | 0 | | {:.4g} | {:.4g} | 1 |\n", exact.score_variance(0),
               exact.score_variance(0));
    fmt::print("| reinforce, best constant baseline, enumerated | 0 | | {:.4g} | {:.4g} | 1 |\n",
               exact.score_variance(exact.optimal_baseline()), exact.score_variance(exact.optimal_baseline()));
    for (const Variant& variant : variants) {
        const auto estimator = make(variant);
        const RunningMoments moments =
            measure_moments(*estimator, std::span(&term, 1), toy.logits, count / variant.samples, 1, 2000);
        const Bias off = bias(moments, exact.gradient);
        const double variance = moments.total_variance();
        fmt::print("| {} | {:.4f} | {:.4f} | {:.4g} | {:.4g} | {} |\n", variant.name, off.norm, off.noise, variance,
                   variance * static_cast<double>(variant.samples),
                   static_cast<std::size_t>(estimator->info().discrete_passes + estimator->info().relaxed_passes) *
                       variant.samples);
    }
}

/// What a search ends with: how much worse than the best architecture.
struct Outcome {
    double expected = 0;  // E[L] - min L at the final logits
    double derived = 0;   // L(argmax) - min L
};

Outcome search(const ToyProblem& toy, const Variant& variant, std::uint64_t seed, std::size_t steps) {
    RelaxedObjective* const term = toy.objective.get();
    const auto estimator = make(variant);
    LogitAdam adam({.learning_rate = 0.05, .learning_rate_end = 0.01, .weight_decay = 0}, toy.logits.size());
    std::vector<double> logits(toy.logits.size(), 0.0);
    for (std::size_t step = 0; step < steps; ++step) {
        const double progress = static_cast<double>(step) / static_cast<double>(steps);
        const Estimate estimate =
            estimator->estimate(logits, std::span(&term, 1), {.seed = seed, .step = step, .progress = progress});
        estimator->observe(estimate.statistics);
        adam.step(logits, estimate.gradient, progress);
    }
    const ExactExpectation exact = exact_expectation(*term, logits);
    double derived = 0;
    term->value(argmax(term->groups(), logits), std::span(&derived, 1));
    return {exact.value - exact.best, derived - exact.best};
}

void print_search(const ToyProblem& toy, std::size_t seeds, std::size_t steps) {
    fmt::print("\n{}: {} seeds, {} steps, Adam 0.05 to 0.01 from uniform logits.\n\n", toy.name, seeds, steps);
    fmt::print(
        "| estimator | E[L] - best (standard error) | L(argmax) - best (standard error) | best found "
        "|\n|---|---:|---:|---:|\n");
    for (const Variant& variant : searchers) {
        RunningMoments moments;
        std::size_t found = 0;
        for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
            const Outcome outcome = search(toy, variant, seed, steps);
            moments.add(std::vector<double>{outcome.expected, outcome.derived});
            found += outcome.derived < 1e-9 ? 1 : 0;
        }
        const auto error = [&](std::size_t i) { return std::sqrt(moments.variance()[i] / static_cast<double>(seeds)); };
        fmt::print("| {} | {:.4f} ({:.4f}) | {:.4f} ({:.4f}) | {} of {} |\n", variant.name, moments.mean()[0], error(0),
                   moments.mean()[1], error(1), found, seeds);
    }
}

std::size_t number(int argc, char** argv, int i, std::size_t otherwise) {
    return argc > i ? std::strtoul(argv[i], nullptr, 10) : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const std::size_t count = number(argc, argv, 1, 1000000), seeds = number(argc, argv, 2, 40),
                          steps = number(argc, argv, 3, 500);
        fmt::print("{} samples each; 'by chance': what |mean - exact| would be without bias\n", count);
        for (const ToyProblem& toy : toy_problems()) print_moments(toy, count);
        for (const ToyProblem& toy : toy_problems()) print_search(toy, seeds, steps);
        return 0;
    } catch (const Error& error) {
        fmt::print(stderr, "{}\n", error.what());
        return static_cast<int>(error.exit_code());
    }
}
