#include "hpnas/latency/network_timing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <span>
#include <thread>
#include <vector>

#include "hpnas/train/deploy.hpp"
#include "hpnas/train/parameters.hpp"

namespace hpnas {
namespace {

/// Puts the caches into the state a block finds inside a network: every thread walks through other memory, as the other
/// blocks' weights would have passed, then the input is written again, as the block before has just done. How much
/// memory: a network has some ten blocks' worth of weights besides, so eight times the block's own; then what is left
/// in which cache comes out about right for small networks (everything fits) and large ones (weights come from memory)
/// alike.
class CachePreparation {
public:
    CachePreparation(std::span<float> input, std::size_t weight_bytes)
        : input_(input),
          values_(input.begin(), input.end()),
          others_(std::min(weights_of_others * weight_bytes, largest_bytes) / sizeof(float)) {}

    void operator()() {
        const auto n = static_cast<std::ptrdiff_t>(others_.size());
#pragma omp parallel for schedule(static)
        for (std::ptrdiff_t i = 0; i < n; i += line_floats) others_[static_cast<std::size_t>(i)] += 1.0F;
        const auto count = static_cast<std::ptrdiff_t>(input_.size());
#pragma omp parallel for schedule(static)
        for (std::ptrdiff_t i = 0; i < count; ++i)
            input_[static_cast<std::size_t>(i)] = values_[static_cast<std::size_t>(i)];
    }

private:
    static constexpr std::ptrdiff_t line_floats = 16;  // one cache line
    static constexpr std::size_t weights_of_others = 8;
    static constexpr std::size_t largest_bytes = std::size_t{64} << 20;  // more than most last-level caches
    std::span<float> input_;
    std::vector<float> values_;
    std::vector<float> others_;
};

/// Values for timing only: in the initializer's range, of a cheap linear congruential sequence, because drawing the
/// millions of weights of a late block from a good generator takes longer than timing it.
class CheapValues {
public:
    void fill(std::span<float> values, double low, double high) {
        const auto scale = static_cast<float>((high - low) / 4294967296.0), offset = static_cast<float>(low);
        for (float& v : values) {
            state_ = state_ * 1664525U + 1013904223U;
            v = offset + scale * static_cast<float>(state_);
        }
    }

    void fill(Parameters& parameters) {
        for (const Parameters::Entry& entry : parameters.entries()) {
            const Initializer& init = entry.spec.initializer;
            if (init.kind == Initializer::Kind::constant)
                fill(parameters.values(entry), init.a, init.a);
            else if (init.kind == Initializer::Kind::uniform)
                fill(parameters.values(entry), init.a, init.b);
            else
                fill(parameters.values(entry), init.a - init.b, init.a + init.b);
        }
    }

private:
    std::uint32_t state_ = 1;
};

/// A network compiled as it would be deployed, with cheap weights and inputs.
struct DeployedRun {
    DeployedRun(const Network& network, const Device& device, std::int64_t batch)
        : deployed(deploy(network, cheap_parameters(network))),
          executor(deployed.network, deployed.parameters, device, {.batch = batch, .mode = ExecutionMode::inference}) {
        for (std::size_t i = 0; i < deployed.network.inputs().size(); ++i) cheap.fill(executor.input(i), -1, 1);
    }
    Parameters cheap_parameters(const Network& network) {
        Parameters parameters(network);
        cheap.fill(parameters);
        return parameters;
    }

    CheapValues cheap;
    Deployed deployed;
    Executor executor;
};

}  // namespace

void run_deployed(const Network& network, const Device& device, std::int64_t batch,
                  const std::function<void(const std::function<void()>& forward)>& use) {
    DeployedRun run(network, device, batch);
    use([&] { run.executor.forward(); });
}

Timing time_network(const Network& network, const Device& device, const NetworkTimingOptions& options) {
    DeployedRun run(network, device, options.batch);
    const auto work = [&] { run.executor.forward(); };
    if (options.cache == CacheState::hot) return time_work(work, options.timing);
    return time_work(work, options.timing,
                     CachePreparation(run.executor.input(0), run.deployed.parameters.all().size_bytes()));
}

std::string describe_cpu() {
    std::ifstream file("/proc/cpuinfo");
    std::string model = "unknown CPU";
    for (std::string line; std::getline(file, line);) {
        const std::size_t colon = line.find(':');
        if (line.starts_with("model name") && colon != std::string::npos && colon + 2 < line.size()) {
            model = line.substr(colon + 2);
            break;
        }
    }
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    return fmt::format("{}, {} core{}", model, cores, cores == 1 ? "" : "s");
}

}  // namespace hpnas
