// Whole networks: training step (forward, loss, backward, SGD) and batch-1 inference as deployed. One JSON line per
// case, the cases of peers/torch_networks.py. Threads: OMP_NUM_THREADS. Usage: bench_train_networks [--seconds S]
// [--cases a,b] [--profile]; step_rss_mib is the growth of the largest resident set over the start of the program.
#include <fmt/core.h>
#include <omp.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "hpnas/core/rng.hpp"
#include "hpnas/kernel/engine.hpp"
#include "hpnas/tensor/arena.hpp"
#include "hpnas/train/classification_loss.hpp"
#include "hpnas/train/deploy.hpp"
#include "hpnas/train/executor.hpp"
#include "hpnas/train/sgd.hpp"
#include "hpnas/train/training_step.hpp"
#include "networks.hpp"
#include "transformers.hpp"

using namespace hpnas;

namespace {

struct Settings {
    double seconds = 4;
    std::string cases;
    bool profile = false;
    double loaded_mib = 0;  // resident when main began
    bool wanted(const std::string& name) const {
        return cases.empty() || ("," + cases + ",").find("," + name + ",") != std::string::npos;
    }
};

struct Case {
    std::string name;
    std::int64_t batch = 1;
    double gflop = 0;  // of one step
    std::int64_t parameters = 0;
};

double peak_rss_mib() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

double milliseconds(const std::function<void()>& step) {
    const auto begin = std::chrono::steady_clock::now();
    step();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

void report(const Case& what, const Settings& settings, const Executor& executor, const std::function<void()>& step) {
    for (int i = 0; i < 3; ++i) step();
    std::vector<double> ms;
    double total = 0;
    const std::clock_t cpu_begin = std::clock();
    while (ms.size() < 5 || total < settings.seconds * 1e3) {
        ms.push_back(milliseconds(step));
        total += ms.back();
    }
    const double cpu_ms = 1e3 * static_cast<double>(std::clock() - cpu_begin) / CLOCKS_PER_SEC;
    std::sort(ms.begin(), ms.end());
    const double median = ms[ms.size() / 2];
    fmt::print(
        "{{\"case\": \"{}\", \"threads\": {}, \"parameters\": {}, \"median_ms\": {:.4f}, \"best_ms\": {:.4f}, "
        "\"count\": {}, "
        "\"mean_cpu_ms\": {:.4f}, "
        "\"gflops\": {:.1f}, \"memory_mib\": {:.1f}, \"step_rss_mib\": {:.1f}}}\n",
        what.name, omp_get_max_threads(), what.parameters, median, ms.front(), ms.size(),
        cpu_ms / static_cast<double>(ms.size()), what.gflop / median * 1e3,
        static_cast<double>(executor.memory_bytes()) / (1 << 20), peak_rss_mib() - settings.loaded_mib);
    std::fflush(stdout);
}

/// Of the fastest pass: other programs disturb it least.
void profile(Executor& executor) {
    double forward = 0, backward = 0;
    for (const Executor::NodeReport& row : executor.profile(15)) {
        const double gflop = 2e-9 * static_cast<double>(row.macs);
        fmt::print("  {:12} {:20} forward {:8.4f} ms {:7.1f} GFLOP/s  backward {:8.4f} ms {:7.1f} GFLOP/s  {}\n",
                   row.name, row.type, row.forward_best_ms, gflop / row.forward_best_ms * 1e3, row.backward_best_ms,
                   2 * gflop / row.backward_best_ms * 1e3, row.implementation);
        forward += row.forward_best_ms;
        backward += row.backward_best_ms;
    }
    fmt::print("  sum forward {:.3f} ms backward {:.3f} ms\n", forward, backward);
}

void fill(std::span<float> values) {
    Rng rng(1, Purpose::test);
    for (float& x : values) x = static_cast<float>(rng.normal());
}

/// The same inputs again and again, labels 0, 1, 2, ...
class SameBatch final : public TaskBatches {
public:
    SameBatch(std::int64_t batch, std::int64_t classes) : loss_({.n_classes = classes}) {
        for (std::int64_t i = 0; i < batch; ++i) {
            samples_.push_back(i);
            labels_.push_back(i % classes);
        }
    }
    std::int64_t n_batches() const noexcept override { return 1; }
    std::span<const std::int64_t> load(std::int64_t, std::int64_t, Executor&) override { return samples_; }
    double loss(Executor& executor, double share) override {
        return loss_({samples_, labels_, {}, {}, executor.batch()}, executor, share);
    }
    void judge(Executor&, std::span<double>) override {}

private:
    ClassificationLoss loss_;
    std::vector<std::int64_t> samples_, labels_;
};

void bench_training(const Network& network, const Case& what, const Device& device, const Settings& settings) {
    if (!settings.wanted(what.name)) return;
    Parameters parameters(network);
    parameters.initialize(1);
    Sgd sgd({.learning_rate = 0.01});
    sgd.start(parameters);
    Executor executor(network, parameters, device, {what.batch, ExecutionMode::training});
    fill(executor.input());
    SameBatch batches(what.batch, network.node(network.outputs()[0]).shape.channels());
    TrainingStep step(executor, parameters, sgd, batches, {});
    report(what, settings, executor, [&] { step.run({.seed = 1}, 0.01); });
    if (settings.profile) profile(executor);
}

void bench_inference(const Network& network, const Case& what, const Device& device, const Settings& settings) {
    if (!settings.wanted(what.name)) return;
    Parameters parameters(network);
    parameters.initialize(1);
    Deployed deployed = deploy(network, parameters);
    Executor executor(deployed.network, deployed.parameters, device, {what.batch, ExecutionMode::inference});
    fill(executor.input());
    report(what, settings, executor, [&] { executor.forward(); });
    if (settings.profile) profile(executor);
}

void bench_network(const std::string& name, const Network& network, std::int64_t batch, const Device& device,
                   const Settings& settings) {
    const Cost cost = network.cost();
    const double gflop = 2e-9 * static_cast<double>(cost.macs);
    const Case training{fmt::format("{}_n{}_train", name, batch), batch, 3 * gflop * static_cast<double>(batch),
                        cost.parameters};
    bench_training(network, training, device, settings);
    bench_inference(network, {name + "_n1_infer", 1, gflop, cost.parameters}, device, settings);
}

}  // namespace

int main(int argc, char** argv) {
    Settings settings;
    settings.loaded_mib = peak_rss_mib();
    for (int i = 1; i < argc; ++i) {
        const std::string_view option = argv[i];
        if (option == "--profile") settings.profile = true;
        if (option == "--seconds" && i + 1 < argc) settings.seconds = std::atof(argv[++i]);
        if (option == "--cases" && i + 1 < argc) settings.cases = argv[++i];
    }
    kernel::Engine engine;
    Arena arena;
    const Device device{engine, arena};
    bench_network("resnet20", bench::resnet20(), 64, device, settings);
    bench_network("gpunet1_224", bench::gpunet1(224), 8, device, settings);
    bench_network("mobilenet_v2_224", bench::mobilenet_v2(), 8, device, settings);
    bench_network("vit_tiny_224", bench::vit_tiny(), 16, device, settings);
    bench_network("bert_mini_128", bench::bert_mini(), 16, device, settings);
    return 0;
}
