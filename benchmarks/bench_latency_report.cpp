// How well the table predicts whole networks: builds the table for the blocks of random networks of a space, calibrates
// on some and judges on the rest. Usage: bench_latency_report SPACE [RESOLUTION [N_FIT [N_JUDGE [SEED]]]]
#include <fmt/core.h>
#include <omp.h>

#include <chrono>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "hpnas/core/rng.hpp"
#include "hpnas/kernel/engine.hpp"
#include "hpnas/latency/network_timing.hpp"
#include "hpnas/latency/report.hpp"
#include "hpnas/search/encoding.hpp"
#include "hpnas/space/builtin.hpp"
#include "hpnas/tensor/arena.hpp"

using namespace hpnas;

namespace {

std::vector<Network> random_networks(const SearchSpace& space, std::size_t count, std::uint64_t seed) {
    std::vector<Network> networks;
    for (std::size_t i = 0; i < count; ++i) {
        Rng rng(seed, Purpose::measurement, i);
        networks.push_back(space.decode(random_encoding(space.decisions(), rng)));
    }
    return networks;
}

std::size_t number(int argc, char** argv, int i, std::size_t otherwise) {
    return argc > i ? std::strtoul(argv[i], nullptr, 10) : otherwise;
}

int report(int argc, char** argv) {
    const std::string name = argc > 1 ? argv[1] : "gpunet_cifar";
    const std::size_t resolution = number(argc, argv, 2, 0);
    const std::size_t n_fit = number(argc, argv, 3, 40), n_judge = number(argc, argv, 4, 60);
    const std::string fixed = resolution == 0 ? "" : fmt::format(", fix: {{resolution: {}}}", resolution);
    Diagnostics diagnostics;
    const auto space = spaces().make(parse_yaml("{name: " + name + fixed + "}", "command line"), "space", diagnostics,
                                     TaskShape{.classes = resolution > 64 ? 1000 : 10});
    diagnostics.throw_if_any();
    const std::vector<Network> networks = random_networks(*space, n_fit + n_judge, number(argc, argv, 5, 1));

    kernel::Engine engine;
    Arena arena;
    const Device device{engine, arena};
    TableModel model(LatencyTable({.device = describe_cpu(), .threads = omp_get_max_threads()}), {.missing = "measure"},
                     {.device = &device});
    const auto start = std::chrono::steady_clock::now();
    for (const Network& network : networks) model.sum_ms(network);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    fmt::print("{}, {} threads; {}{}: {} blocks of {} networks timed in {:.1f} s ({:.1f} ms each)\n", describe_cpu(),
               omp_get_max_threads(), name, fixed, model.table().size(), networks.size(), seconds,
               1e3 * seconds / static_cast<double>(model.table().size()));
    const std::span<const Network> all(networks);
    model.calibrate(all.first(n_fit), "linear");
    const auto judged = all.subspan(n_fit);
    fmt::print("{}", format_report(make_report(model, judged, {}, model.measure_whole(judged)), true));
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return report(argc, argv);
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 1;
    }
}
