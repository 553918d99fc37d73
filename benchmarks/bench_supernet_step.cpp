// Processor time of the passes that a step of a gradient search consists of, on UNAS's supernet for CIFAR (darts_cell,
// 16 channels, 8 cells), and the steps of the estimators made of them. Noise for images; architectures drawn from
// uniform logits. Prints Markdown. Usage: OMP_NUM_THREADS=1 bench_supernet_step [BATCH [REPEATS]]
#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "supernet_bench.hpp"

using namespace hpnas;

namespace {

double processor_ms() { return 1e3 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

struct Times {
    double discrete = 1e300, relaxed = 1e300, weights = 1e300, weights_at_vertex = 1e300, skipped = 0;
};

void keep_best(double& best, const std::function<void()>& run) {
    const double start = processor_ms();
    run();
    best = std::min(best, processor_ms() - start);
}

/// @param rows  architectures per mini-batch
Times measure(const Supernet& supernet, std::int64_t batch, std::size_t rows, double skip_below, int repeats) {
    bench::SupernetBench own(supernet, batch, skip_below);
    SupernetObjective& objective = own.objective;
    const ChoiceGroups& groups = supernet.groups;
    std::vector<double> losses(rows), gradients(rows * groups.total()), vertex(groups.total());
    const std::vector<double> logits(groups.total(), 0.0);
    objective.weight_gradient(SoftenedLaw(groups, logits, 0).probabilities());  // skips nothing: touches all memory
    Times times;
    for (int repeat = 0; repeat < repeats; ++repeat) {
        const GumbelSample sample = bench::draw_architectures(groups, rows, static_cast<std::uint64_t>(repeat));
        keep_best(times.discrete, [&] { objective.value(sample.choices, losses); });
        keep_best(times.relaxed, [&] { objective.value_and_grad(sample.relaxed, losses, gradients); });
        keep_best(times.weights, [&] { objective.weight_gradient(sample.relaxed); });
        one_hot(groups, std::span(sample.choices).first(groups.count()), vertex);
        keep_best(times.weights_at_vertex, [&] { objective.weight_gradient(vertex); });
        times.skipped = objective.relaxed().share_skipped;
    }
    return times;
}

}  // namespace

int main(int argc, char** argv) {
    const std::int64_t batch = argc > 1 ? std::atol(argv[1]) : 32;
    const int repeats = argc > 2 ? std::atoi(argv[2]) : 3;
    const Supernet supernet = bench::cifar_supernet();
    {
        kernel::Engine engine;
        Arena arena;
        Parameters parameters(supernet.network);
        RelaxedExecutor full(supernet, parameters, {engine, arena}, batch, true),
            forward(supernet, parameters, {engine, arena}, batch, false);
        fmt::print("{} nodes, batch {}: {:.2f} GB with gradients, {:.2f} GB forward only\n\n",
                   supernet.network.nodes().size(), batch, static_cast<double>(full.executor().memory_bytes()) / 1e9,
                   static_cast<double>(forward.executor().memory_bytes()) / 1e9);
    }
    fmt::print(
        "| architectures | options skipped | L(z) | L(zeta) and slope | weights at zeta | weights at z | unas step "
        "| of snas | reinforce step |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    const auto row = [&](const std::string& name, std::size_t rows, double skip_below) {
        const Times t = measure(supernet, batch, rows, skip_below, repeats);
        const double snas = t.relaxed + t.weights;
        fmt::print("| {} | {:.0f} % | {:.0f} | {:.0f} | {:.0f} | {:.0f} | {:.0f} | {:.2f} | {:.0f} |\n", name,
                   100 * t.skipped, t.discrete, t.relaxed, t.weights, t.weights_at_vertex, snas + t.discrete,
                   (snas + t.discrete) / snas, t.discrete + t.weights_at_vertex);
        std::fflush(stdout);
    };
    row("one, nothing skipped", 1, 0);
    row("one, below 0.05 skipped", 1, 0.05);
    row("one per example, below 0.05 skipped", static_cast<std::size_t>(batch), 0.05);
}
