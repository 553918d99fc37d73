#include "hpnas/app/latency_surrogate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <sstream>
#include <unordered_set>

#include "hpnas/app/latency_build.hpp"
#include "hpnas/comm/communicator.hpp"
#include "hpnas/latency/network_timing.hpp"
#include "hpnas/search/encoding.hpp"

namespace hpnas {
namespace {

constexpr std::size_t fewest_networks = 4;  // of which one decides when the training of the network stops

SurrogateModelOptions surrogate_options(const RunConfig& config) {
    const ConfigNode* name = config.latency.find("name");
    if (name == nullptr || (name->scalar != "linear" && name->scalar != "mlp"))
        throw AgreedError(ExitCode::config, "latency: expected name: linear or mlp");
    SurrogateModelOptions options;
    Diagnostics diagnostics;
    read_options(config.latency, "latency", diagnostics, options, {"name"});
    diagnostics.throw_if_any();
    return options;
}

/// What the file holds, or an empty record under the present conditions. Times of different conditions never mix.
SurrogateRecord open_record(const Workbench& bench, const SurrogateModelOptions& options) {
    SurrogateRecord record;
    record.space = bench.latency_context().space;
    record.conditions = present_conditions(options.batch, bench.latency_context());
    for (const Decision& decision : bench.space().decisions()) {
        record.decisions.push_back(decision.name);
        record.choices.push_back(static_cast<std::int64_t>(decision.values.size()));
    }
    if (!std::filesystem::exists(options.path)) return record;
    SurrogateRecord known = load_surrogates(options.path);
    const std::string difference = known.space != record.space ? fmt::format("of space {}", known.space)
                                                               : record.conditions.conflict(known.conditions);
    if (!difference.empty())
        throw StoreError(
            fmt::format("{}: holds other latencies: {}; name another latency.path", options.path, difference),
            ExitCode::data);
    return known;
}

/// Rank 0 knows what was measured before; all ranks have to know what is left.
std::vector<std::size_t> missing(Communicator& comm, const std::vector<Encoding>& drawn,
                                 const SurrogateRecord& record) {
    std::string text;
    if (comm.is_root()) {
        std::unordered_set<Encoding, EncodingHash> known;
        for (const LatencyPair& pair : record.pairs) known.insert(pair.encoding);
        for (std::size_t i = 0; i < drawn.size(); ++i)
            if (!known.contains(drawn[i])) text += fmt::format("{} ", i);
    }
    std::istringstream numbers(comm.broadcast(text));
    std::vector<std::size_t> result;
    for (std::size_t i = 0; numbers >> i;) result.push_back(i);
    return result;
}

void print_quality(const LatencySurrogate& surrogate, std::string_view name, const SurrogateSamples& judged) {
    const SurrogateQuality quality = assess(surrogate, judged);
    fmt::print("{:<10} {:>10.4f} {:>8.2f} {:>9.4f}\n", name, quality.mae_ms, quality.mape_percent, quality.spearman);
}

void print_report(const SurrogateRecord& record, const SurrogateModelOptions& options, const MlpFit& mlp) {
    const SurrogateSamples train = record.samples(false), judged = record.samples(true);
    const auto [shortest, longest] = std::minmax_element(judged.ms.begin(), judged.ms.end());
    const TableConditions& conditions = record.conditions;
    fmt::print("{}: {} networks on {}, batch {}, {} thread(s), {}\n", options.path, record.pairs.size(),
               conditions.device, conditions.batch, conditions.threads, conditions.precision);
    fmt::print("fitted to {}, judged by {} others ({:.4f} to {:.4f} ms); mlp: best epoch {} of {}\n", train.size(),
               judged.size(), *shortest, *longest, mlp.best_epoch, mlp.epochs);
    fmt::print("{:<10} {:>10} {:>8} {:>9}\n", "surrogate", "MAE ms", "MAPE %", "Spearman");
    const double mean = std::accumulate(train.ms.begin(), train.ms.end(), 0.0) / static_cast<double>(train.size());
    print_quality(LinearSurrogate(mean, std::vector<double>(train.features, 0.0)), "mean", judged);
    print_quality(*record.linear, "linear", judged);
    print_quality(*record.mlp, "mlp", judged);
}

/// On rank 0.
void fit(const RunConfig& config, const SurrogateModelOptions& options, const std::vector<Encoding>& drawn,
         SurrogateRecord& record) {
    const auto n_judged = static_cast<std::ptrdiff_t>(config.surrogate.held_out);
    const std::unordered_set<Encoding, EncodingHash> judged(drawn.begin(), drawn.begin() + n_judged);
    for (LatencyPair& pair : record.pairs) pair.held_out = judged.contains(pair.encoding);
    const SurrogateSamples train = record.samples(false);
    record.linear = fit_linear(train, config.surrogate.linear);
    const MlpFit mlp = fit_mlp(train, config.surrogate.mlp, static_cast<std::uint64_t>(config.seed));
    record.mlp = mlp.surrogate;
    save_surrogates(record, options.path);
    print_report(record, options, mlp);
}

/// @return false if a stop was requested
bool measure(Session& session, Workbench& bench, const std::vector<Encoding>& drawn,
             const SurrogateModelOptions& options, SurrogateRecord& record, StopToken& stop) {
    const std::vector<std::size_t> todo = missing(session.comm, drawn, record);
    if (todo.empty()) return true;
    check_equal_devices(session.comm, options.path);
    session.log.info("latency surrogate: measuring {} networks ({} known) for {}", todo.size(), record.pairs.size(),
                     options.path);
    const NetworkTimingOptions timing{.timing = options.timing, .batch = options.batch, .cache = CacheState::hot};
    const Measuring measuring{
        .what = "latency surrogate",
        .time =
            [&](std::size_t i) { return time_network(bench.space().decode(drawn[todo[i]]), bench.device(), timing); },
        .keep =
            [&](std::size_t i, const Timing& t) {
                record.pairs.push_back({drawn[todo[i]], t, false});
            },
        .save = [&] { save_surrogates(record, options.path); }};
    return measure_on_nodes(session, todo.size(), measuring, stop);
}

}  // namespace

std::vector<Encoding> random_encodings(const SearchSpace& space, std::uint64_t seed, std::int64_t n) {
    constexpr int most_repeats = 1000;  // in a row
    std::vector<Encoding> result;
    std::unordered_set<Encoding, EncodingHash> seen;
    Rng rng(seed, Purpose::measurement);
    for (int repeats = 0; static_cast<std::int64_t>(result.size()) < n && repeats < most_repeats;) {
        Encoding x = random_encoding(space.decisions(), rng);
        if (!seen.insert(space.canonical(x)).second) {
            ++repeats;
            continue;
        }
        repeats = 0;
        result.push_back(std::move(x));
    }
    return result;
}

ExitCode train_surrogates(Session& session, Workbench& bench, bool check, StopToken& stop) {
    const RunConfig& config = bench.config();
    const SurrogateModelOptions options = surrogate_options(config);
    const SearchSpace& space = bench.space();
    if (!space.has_networks())
        throw AgreedError(ExitCode::config, fmt::format("space {}: has no networks to measure", space.name()));
    const std::int64_t wanted = config.surrogate.held_out + config.surrogate.networks;
    const std::vector<Encoding> drawn = random_encodings(space, static_cast<std::uint64_t>(config.seed), wanted);
    if (drawn.size() < static_cast<std::size_t>(config.surrogate.held_out) + fewest_networks)
        throw AgreedError(ExitCode::config,
                          fmt::format("surrogate.held_out: {} of the {} networks of the space leave too "
                                      "few to fit to",
                                      config.surrogate.held_out, drawn.size()));
    if (static_cast<std::int64_t>(drawn.size()) < wanted)
        session.log.warning("space {}: {} different networks drawn, {} wanted", space.name(), drawn.size(), wanted);
    SurrogateRecord record;
    collectively(session.comm, [&] {
        if (session.root) record = open_record(bench, options);
    });
    if (check) {
        const std::size_t n = missing(session.comm, drawn, record).size();
        if (session.root) fmt::print("{}: {} of {} networks to measure\n", options.path, n, drawn.size());
        return ExitCode::ok;
    }
    const bool complete = measure(session, bench, drawn, options, record, stop);
    collectively(session.comm, [&] {
        if (!session.root) return;
        if (complete)
            fit(config, options, drawn, record);
        else
            save_surrogates(record, options.path);
    });
    return complete ? ExitCode::ok : ExitCode::stopped;
}

}  // namespace hpnas
