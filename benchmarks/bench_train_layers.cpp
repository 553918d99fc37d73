// Time per layer type of GPUNet-1 at 224 and ResNet-20: training step and batch-1 inference as deployed, next to what
// the machine can do, measured in the same run. One JSON line each, of the fastest pass of every layer.
// Threads: OMP_NUM_THREADS. Usage: bench_train_layers [--passes N]
#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "hpnas/kernel/engine.hpp"
#include "hpnas/tensor/arena.hpp"
#include "hpnas/train/deploy.hpp"
#include "hpnas/train/executor.hpp"
#include "machine_peak.hpp"
#include "networks.hpp"

using namespace hpnas;

namespace {

/// Layers of one type, summed.
struct Total {
    int layers = 0;
    double forward_ms = 0, backward_ms = 0, forward_gflop = 0, backward_gflop = 0, megabytes = 0;
};

std::string type_of(const Node& node) {
    const auto* convolution = dynamic_cast<const Conv2d*>(node.op.get());
    if (convolution == nullptr) return std::string(node.op->type());
    const Conv2dAttributes& a = convolution->attributes();
    const bool depthwise = a.groups > 1 && a.groups == a.out;
    return fmt::format("{}{} x {}{}", depthwise ? "depthwise " : "convolution ", a.kernel, a.kernel,
                       a.stride > 1 ? fmt::format(" / {}", a.stride) : "");
}

void add(const Executor::NodeReport& row, const Network& network, std::map<std::string, Total>& totals) {
    const auto node = std::ranges::find(network.nodes(), row.name, &Node::name);
    const bool reads_image = network.node(node->inputs[0]).op == nullptr;  // no gradient with respect to the image
    const double gflop = 2e-9 * static_cast<double>(row.macs);
    Total& total = totals[type_of(*node)];
    ++total.layers;
    total.forward_ms += row.forward_best_ms;
    total.backward_ms += row.backward_best_ms;
    total.forward_gflop += gflop;
    total.backward_gflop += reads_image ? gflop : 2 * gflop;
    total.megabytes += 1e-6 * static_cast<double>(row.bytes);
}

void report(const std::string& name, const Network& network, Executor& executor, int passes) {
    std::map<std::string, Total> totals;
    for (const Executor::NodeReport& row : executor.profile(passes)) add(row, network, totals);
    for (const auto& [type, t] : totals) {
        fmt::print(
            "{{\"case\": \"{}\", \"type\": \"{}\", \"layers\": {}, \"forward_ms\": {:.6f}, \"backward_ms\": {:.6f}, "
            "\"forward_gflop\": {:.4f}, \"backward_gflop\": {:.4f}, \"megabytes\": {:.6f}}}\n",
            name, type, t.layers, t.forward_ms, t.backward_ms, t.forward_gflop, t.backward_gflop, t.megabytes);
    }
    std::fflush(stdout);
}

void bench_network(const std::string& name, const Network& network, std::int64_t batch, const Device& device,
                   int passes) {
    Parameters parameters(network);
    parameters.initialize(1);
    {
        Executor executor(network, parameters, device, {batch, ExecutionMode::training});
        report(fmt::format("{} training, batch {}", name, batch), network, executor, passes);
    }
    Deployed deployed = deploy(network, parameters);
    Executor executor(deployed.network, deployed.parameters, device, {1, ExecutionMode::inference});
    report(name + " inference, batch 1", deployed.network, executor, 10 * passes);
}

}  // namespace

int main(int argc, char** argv) {
    int passes = 15;
    for (int i = 1; i + 1 < argc; ++i) {
        if (std::string_view(argv[i]) == "--passes") passes = std::max(1, std::atoi(argv[i + 1]));
    }
    fmt::print("{{\"threads\": {}, \"peak_gflops\": {:.1f}, \"triad_gb_per_s\": {:.1f}}}\n", omp_get_max_threads(),
               bench::peak_gflops(), bench::triad_gb_per_s());
    kernel::Engine engine;
    Arena arena;
    const Device device{engine, arena};
    bench_network("GPUNet-1 at 224", bench::gpunet1(224), 8, device, passes);
    bench_network("ResNet-20", bench::resnet20(), 64, device, passes);
    return 0;
}
