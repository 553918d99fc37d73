// Networks per second and rank (one process of OMP_NUM_THREADS threads) that train-free scores take, for every
// registered space that has networks and needs no file of the user's. A Markdown table; "-": not defined there.
// Random networks of the space at its own resolution or sequence; each with fresh passes, as `hpnas score` does.
// Usage: bench_score_spaces [--seconds S] [--batch N] [--spaces a,b]
#include <fmt/core.h>
#include <omp.h>

#include <cmath>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hpnas/kernel/engine.hpp"
#include "hpnas/score/probe.hpp"
#include "hpnas/space/builtin.hpp"
#include "hpnas/tensor/arena.hpp"
#include "score_run.hpp"

using namespace hpnas;

namespace {

struct Settings {
    double seconds = 1;  ///< per cell of the table, at least
    std::int64_t batch = 16;
    std::string spaces;
    bool wanted(const std::string& name) const {
        return spaces.empty() || ("," + spaces + ",").find("," + name + ",") != std::string::npos;
    }
};

struct Column {
    std::string title;
    std::vector<std::string> scores;  ///< as YAML; they share their passes
};

const std::vector<Column> columns{
    {"params, macs, depth", {"params", "macs", "depth"}},
    {"zen", {"{name: zen, repeats: 1}"}},
    {"synflow", {"synflow"}},
    {"naswot", {"naswot"}},
    {"snip, grad_norm, fisher", {"snip", "grad_norm", "fisher"}},
    {"ntk", {"ntk"}},
    {"AZ-NAS", {"az_expressivity", "az_progressivity", "az_trainability"}},
    {"de_score", {"{name: de_score, weights: {latency: 0}}"}},
};

/// Networks of one space, made when first asked for.
class Networks {
public:
    explicit Networks(const SearchSpace& space) : space_(space) {}
    const Network& operator[](std::size_t i) {
        while (made_.size() <= i) made_.push_back(std::make_unique<Network>(space_.decode(space_.sample(rng_))));
        return *made_[i];
    }

private:
    const SearchSpace& space_;
    Rng rng_{1, Purpose::test};
    std::vector<std::unique_ptr<Network>> made_;
};

/// Networks per second; nothing if no score is defined for the first network nor, where it is quick, for the second.
std::optional<double> rate(const Column& column, Networks& networks, const Settings& settings, const Device& device) {
    const auto made = bench::make_scores(column.scores);
    constexpr std::size_t most = 200;
    bool defined = false;
    std::vector<double> ms;
    double total = 0;
    // The first network finds the memory cold; where that is a small part of its time, it may be the only one.
    while (ms.empty() || (total < settings.seconds * 1e3 && ms.size() < most)) {
        const std::size_t n = ms.size();
        const Network& network = networks[n];
        ms.push_back(bench::milliseconds([&] {
            ScoreProbe probe(network, device, {.batch = settings.batch, .seed = n});
            for (const auto& score : made) defined = score->compute(probe).has_value() || defined;
        }));
        total += ms.back();
        if (ms.size() == 2 && !defined) break;
    }
    if (!defined) return std::nullopt;
    if (ms.size() == 1) return 1e3 / total;
    return static_cast<double>(ms.size() - 1) / (total - ms.front()) * 1e3;
}

std::string cell(const std::optional<double>& networks_per_second) {
    if (!networks_per_second) return "-";
    const double digits = 2 - std::floor(std::log10(*networks_per_second));
    return fmt::format("{:.{}f}", *networks_per_second, digits > 0 ? static_cast<int>(digits) : 0);
}

std::string described(const Network& network) {
    std::string text;
    for (const NodeId id : network.inputs()) text += (text.empty() ? "" : ", ") + to_string(network.node(id).shape);
    return text;
}

void report(const std::string& name, const SearchSpace& space, const Settings& settings, const Device& device) {
    Networks networks(space);
    fmt::print("| {} | {} |", name, described(networks[0]));
    for (const Column& column : columns) {
        fmt::print(" {} |", cell(rate(column, networks, settings, device)));
        std::fflush(stdout);
    }
    fmt::print("\n");
}

}  // namespace

int main(int argc, char** argv) {
    Settings settings;
    for (int i = 1; i + 1 < argc; ++i) {
        const std::string_view option = argv[i];
        if (option == "--seconds") settings.seconds = std::atof(argv[++i]);
        if (option == "--batch") settings.batch = std::atoll(argv[++i]);
        if (option == "--spaces") settings.spaces = argv[++i];
    }
    kernel::Engine engine;
    Arena arena;
    const Device device{engine, arena};
    fmt::print("networks/s and rank, {} thread(s), batch {}\n\n| space | input |", omp_get_max_threads(),
               settings.batch);
    for (const Column& column : columns) fmt::print(" {} |", column.title);
    fmt::print("\n|---|---|");
    for (std::size_t i = 0; i < columns.size(); ++i) fmt::print("---:|");
    fmt::print("\n");
    for (const auto& entry : spaces().entries()) {
        if (!settings.wanted(entry.name)) continue;
        Diagnostics diagnostics;
        const auto space = spaces().make(parse_yaml(entry.name, "benchmark"), "space", diagnostics, TaskShape{});
        if (space == nullptr || !space->has_networks()) continue;  // of the user's own file
        report(entry.name, *space, settings, device);
    }
    return 0;
}
