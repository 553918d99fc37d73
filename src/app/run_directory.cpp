#include "hpnas/app/run_directory.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "hpnas/app/latency_build.hpp"
#include "hpnas/comm/communicator.hpp"
#include "hpnas/core/hash.hpp"
#include "hpnas/sched/time_limit.hpp"
#include "hpnas/store/journal.hpp"

namespace hpnas {

namespace fs = std::filesystem;

namespace {

/// Keys of the stored configuration that are not the user's: see with_facts(ConfigNode).
std::vector<std::string> with_facts(std::vector<std::string> keys) {
    keys.emplace_back("facts");
    return keys;
}

/// The resolved configuration and what else decides the results: number of threads, the images, the networks that
/// encodings stand for (constants of a space's file included), and Evaluator::facts(). A run is not continued if they
/// changed.
ConfigNode with_facts(ConfigNode config, Workbench& bench, int threads, const std::vector<std::string>& more) {
    std::string networks;
    for (const Network& network : random_networks(bench.space(), 0, 8))
        networks += fmt::format("{:016x}", network.hash());
    set_by_path(config, fmt::format("facts.threads={}", threads));
    if (bench.has_data()) set_by_path(config, fmt::format("facts.images=x{:016x}", bench.task().train.images->hash()));
    set_by_path(config, fmt::format("facts.networks=x{:016x}", hash64(networks)));
    if (const auto hash = bench.pretrained_hash()) set_by_path(config, fmt::format("facts.pretrained=x{:016x}", *hash));
    for (const std::string& fact : bench.evaluator().facts()) set_by_path(config, fact);
    for (const std::string& fact : more) set_by_path(config, fact);
    return config;
}

}  // namespace

fs::path in_run(const RunConfig& config, const char* name) { return fs::path(config.output) / name; }

void check_same_run(const Command& command, const RunConfig& config) {
    const fs::path journal = in_run(config, "journal");
    if (command.overwrite) return;
    if (fs::exists(in_run(config, "last.h5")))
        throw ConfigError(
            fmt::format("{}: holds the training of a network; choose another output directory, or "
                        "discard it with --overwrite",
                        config.output));
    if (!fs::exists(journal)) return;
    const auto differences = config_differences(read_journal(journal).identity.config, to_yaml(config.resolved),
                                                with_facts(changeable_keys()));
    if (!differences.empty())
        throw ConfigError(
            fmt::format("{}: holds a run of another configuration:\n  {}\nchoose another output directory, take the "
                        "changes back to continue it, or discard it with --overwrite",
                        config.output, fmt::join(differences, "\n  ")));
}

RunLock prepare_output(const Command& command, const RunConfig& config, const std::function<void()>& check) {
    std::error_code error;
    fs::create_directories(config.output, error);
    if (error)
        throw StoreError(fmt::format("output {}: cannot create directory: {}", config.output, error.message()),
                         ExitCode::cannot_create);
    RunLock lock(in_run(config, "LOCK"));
    if (!command.overwrite) check();
    if (command.overwrite)
        for (const char* name : {"journal", "results.h5", "latency.h5", "supernet.h5", "last.h5", "best.h5", "STOP"})
            fs::remove(in_run(config, name));
    return lock;
}

StopToken make_stop_token(Session& session, const RunConfig& config) {
    std::optional<Seconds> limit;
    if (config.search.max_time_seconds > 0) limit = Seconds(config.search.max_time_seconds);
    StopToken::Options options;
    options.stop_file = in_run(config, "STOP");
    std::string left;
    if (session.root) {
        const auto remaining = remaining_time(limit, system_environment());
        if (remaining) left = fmt::format("{}", remaining->count());
    }
    left = session.comm.broadcast(left);
    if (!left.empty()) {
        const Seconds remaining(std::stod(left));
        options.deadline = StopToken::Clock::now() + std::chrono::duration_cast<StopToken::Clock::duration>(remaining);
        options.margin = std::min(options.margin, 0.05 * remaining);
    }
    return StopToken(options);
}

ExitCode stopped(Session& session, const RunConfig& config, const std::string& what) {
    if (!session.root) return ExitCode::stopped;
    const fs::path stop_file = in_run(config, "STOP");
    const std::string first = fs::exists(stop_file) ? fmt::format("delete {} and ", stop_file.string()) : "";
    session.log.warning("{}; {}run the same command again to continue", what, first);
    return ExitCode::stopped;
}

RunIdentity make_identity(Workbench& bench, int threads, const std::vector<std::string>& more) {
    const auto copy = [](const auto& span) { return std::vector(span.begin(), span.end()); };
    const auto metrics = bench.evaluator().metrics();
    RunIdentity identity{to_yaml(with_facts(bench.config().resolved, bench, threads, more)),
                         copy(bench.space().decisions()),
                         copy(bench.evaluator().objectives()),
                         copy(metrics),
                         static_cast<std::uint64_t>(bench.config().seed),
                         {},
                         -1};
    identity.n_deterministic_metrics = static_cast<std::int64_t>(bench.evaluator().n_deterministic_metrics());
    std::vector<std::string> front{"val_top1", "latency_ms"};
    if (const ScoreEvaluator* scores = bench.score_evaluator())
        front = scores->objective_metrics();
    else if (bench.evaluator().objectives().size() > 1)
        front.clear();  // the objectives themselves
    for (const std::string& name : front)
        if (std::any_of(metrics.begin(), metrics.end(), [&](const Quantity& q) { return q.name == name; }))
            identity.pareto.push_back(name);
    return identity;
}

namespace {

/// The set that the parts of a task are taken from.
const ImageSet& training_set(const ImageTask& task) { return *task.train.images; }
template <class Data>
const auto& training_set(const Data& task) {
    return *task.train.set;
}

template <class Data>
Provenance::Attributes attributes_of(const Data& task, const std::string& examples) {
    const auto& set = training_set(task);
    return {{"dataset", set.source},
            {"dataset_" + examples, std::to_string(set.size())},
            {"dataset_hash", fmt::format("{:016x}", set.hash())},
            {"train_" + examples, std::to_string(task.train.size())},
            {"validation_" + examples, std::to_string(task.validation.size())}};
}

}  // namespace

Provenance::Attributes dataset_attributes(const ImageTask& task) { return attributes_of(task, "images"); }

Provenance::Attributes dataset_attributes(const Task& task) {
    const std::string examples(kind_of(task));
    return std::visit([&](const auto& data) { return attributes_of(data, examples); }, task);
}

std::uint64_t data_hash(const Task& task) {
    return std::visit([](const auto& data) { return training_set(data).hash(); }, task);
}

SearchOutcome search_together(Session& session, Workbench& bench, const SearchState& state,
                              const ScheduleOptions& options, StopToken& stop) {
    try {
        return run_search(session.comm, bench.evaluator(), state, options, stop, session.log);
    } catch (const Error& error) {
        throw AgreedError(error.exit_code(), error.what());  // run_search throws on every rank or on none
    }
}

}  // namespace hpnas
