// Train-free scores of whole networks. One JSON line per case, the cases of peers/torch_scores.py. Threads:
// OMP_NUM_THREADS. Usage: bench_score_networks [--seconds S] [--cases a,b]
//   <score>          on ResNet-20, batch 64, every pass of the score included
//   nasbench201_*    the same of random networks of that space; ms per network
//   nasbench201      several scores of random networks of that space, sharing their passes; ms per network
#include <fmt/core.h>
#include <omp.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hpnas/core/rng.hpp"
#include "hpnas/kernel/engine.hpp"
#include "hpnas/score/probe.hpp"
#include "hpnas/space/nasbench201_space.hpp"
#include "hpnas/tensor/arena.hpp"
#include "networks.hpp"
#include "score_run.hpp"

using namespace hpnas;

namespace {

struct Settings {
    double seconds = 4;
    std::string cases;
    bool wanted(const std::string& name) const {
        return cases.empty() || ("," + cases + ",").find("," + name + ",") != std::string::npos;
    }
};

struct Case {
    std::string name;
    std::vector<std::string> scores;  ///< as YAML
    std::int64_t batch = 64;
};

const std::vector<Case> resnet20_cases{
    {"ntk", {"{name: ntk}"}},
    {"ntk_coupled", {"{name: ntk, coupled: true}"}},
    {"snip", {"{name: snip}"}},
    {"grad_norm", {"{name: grad_norm}"}},
    {"fisher", {"{name: fisher}"}},
    {"grasp", {"{name: grasp}"}},
    {"jacob_cov", {"{name: jacob_cov}"}},
    {"naswot", {"{name: naswot}"}},
    {"zen", {"{name: zen, repeats: 32, batch: 16}"}},
    {"zen_links", {"{name: zen, repeats: 32, batch: 16, links: keep}"}},
    {"synflow", {"{name: synflow}"}},
    {"az_nas", {"{name: az_expressivity}", "{name: az_progressivity}", "{name: az_trainability}"}},
    {"meco", {"{name: meco}"}},
    {"diversity", {"{name: diversity}"}},
    {"de_score", {"{name: de_score, weights: {latency: 0}}"}},
    {"de_score_compat", {"{name: de_score, mode: compat, weights: {latency: 0}}"}},
};
const Case nasbench201_case{"nasbench201",
                            {"snip", "grad_norm", "fisher", "naswot", "ntk", "jacob_cov", "grasp", "linear_regions"}};

/// `next` gives the network of each round.
void report(const Case& what, const Settings& settings, const Device& device,
            const std::function<const Network&()>& next) {
    const auto made = bench::make_scores(what.scores);
    std::vector<double> ms, values(made.size());
    double total = 0;
    std::uint64_t seed = 1;
    for (int warm_up = 1; warm_up >= 0 || total < settings.seconds * 1e3 || ms.size() < 3; --warm_up) {
        const Network& network = next();
        const double spent = bench::milliseconds([&] {
            ScoreProbe probe(network, device, {.batch = what.batch, .seed = seed++});
            for (std::size_t i = 0; i < made.size(); ++i) values[i] = made[i]->compute(probe).value_or(0);
        });
        if (warm_up > 0) continue;
        ms.push_back(spent);
        total += spent;
    }
    std::sort(ms.begin(), ms.end());
    fmt::print(
        "{{\"case\": \"{}\", \"threads\": {}, \"median_ms\": {:.3f}, \"best_ms\": {:.3f}, \"mean_ms\": {:.3f}, "
        "\"count\": {}, \"value\": {:.6g}}}\n",
        what.name, omp_get_max_threads(), ms[ms.size() / 2], ms.front(), total / static_cast<double>(ms.size()),
        ms.size(), values[0]);
    std::fflush(stdout);
}

/// Scores without data of random networks of NAS-Bench-201, each of its own.
const std::vector<Case> data_free_cases{
    {"nasbench201_zen", {"{name: zen, repeats: 1, batch: 16}"}},
    {"nasbench201_synflow", {"{name: synflow}"}},
    {"nasbench201_az_nas", {"{name: az_expressivity}", "{name: az_progressivity}", "{name: az_trainability}"}},
    {"nasbench201_meco", {"{name: meco, channels: 8}"}},
};

void bench_nasbench201(const Case& what, const Settings& settings, const Device& device) {
    const NasBench201Space space({}, {.classes = 10});
    Rng rng(1, Purpose::test);
    Network network;
    report(what, settings, device, [&]() -> const Network& {
        network = space.decode(space.sample(rng));
        return network;
    });
}

}  // namespace

int main(int argc, char** argv) {
    Settings settings;
    for (int i = 1; i + 1 < argc; ++i) {
        const std::string_view option = argv[i];
        if (option == "--seconds") settings.seconds = std::atof(argv[++i]);
        if (option == "--cases") settings.cases = argv[++i];
    }
    kernel::Engine engine;
    Arena arena;
    const Device device{engine, arena};
    const Network resnet20 = bench::resnet20();
    for (const Case& what : resnet20_cases) {
        if (settings.wanted(what.name)) report(what, settings, device, [&]() -> const Network& { return resnet20; });
    }
    if (settings.wanted(nasbench201_case.name)) bench_nasbench201(nasbench201_case, settings, device);
    for (const Case& what : data_free_cases)
        if (settings.wanted(what.name)) bench_nasbench201(what, settings, device);
    return 0;
}
