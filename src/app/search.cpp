#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>

#include "hpnas/app/bucket.hpp"
#include "hpnas/app/check.hpp"
#include "hpnas/app/latency_build.hpp"
#include "hpnas/app/ranking.hpp"
#include "hpnas/app/version.hpp"
#include "hpnas/comm/communicator.hpp"
#include "hpnas/core/hash.hpp"
#include "hpnas/latency/table_file.hpp"
#include "hpnas/sched/scheduler.hpp"
#include "hpnas/sched/time_limit.hpp"
#include "hpnas/store/journal.hpp"
#include "hpnas/store/run_lock.hpp"

namespace hpnas {
namespace {

namespace fs = std::filesystem;

fs::path in_run(const RunConfig& config, const char* name) { return fs::path(config.output) / name; }

/// Keys of the stored configuration that are not the user's: see with_facts(ConfigNode).
std::vector<std::string> with_facts(std::vector<std::string> keys) {
    keys.emplace_back("facts");
    return keys;
}

/// The resolved configuration and what else decides the results: number of threads, the images, and the networks that
/// encodings stand for (constants of a space's file included). A run is not continued if they changed.
ConfigNode with_facts(ConfigNode config, const Workbench& bench, int threads) {
    std::string networks;
    for (const Network& network : random_networks(bench.space(), 0, 8))
        networks += fmt::format("{:016x}", network.hash());
    set_by_path(config, fmt::format("facts.threads={}", threads));
    set_by_path(config, fmt::format("facts.images=x{:016x}", bench.task().train.images->hash()));
    set_by_path(config, fmt::format("facts.networks=x{:016x}", hash64(networks)));
    return config;
}

/// A run of another configuration is refused before anything is measured for it.
void check_same_run(const Command& command, const RunConfig& config) {
    const fs::path journal = in_run(config, "journal");
    if (command.overwrite || !fs::exists(journal)) return;
    const auto differences = config_differences(read_journal(journal).identity.config, to_yaml(config.resolved),
                                                with_facts(changeable_keys()));
    if (!differences.empty())
        throw ConfigError(
            fmt::format("{}: holds a run of another configuration:\n  {}\nchoose another output directory, take the "
                        "changes back to continue it, or discard it with --overwrite",
                        config.output, fmt::join(differences, "\n  ")));
}

/// Makes the directory of the run. @return its lock, so that a second process neither measures nor discards anything in
/// it
RunLock prepare_output(const Command& command, const RunConfig& config) {
    std::error_code error;
    fs::create_directories(config.output, error);
    if (error)
        throw StoreError(fmt::format("output {}: cannot create directory: {}", config.output, error.message()),
                         ExitCode::cannot_create);
    RunLock lock(in_run(config, "LOCK"));
    check_same_run(command, config);
    if (command.overwrite)
        for (const char* name : {"journal", "results.h5", "latency.h5", "STOP"}) fs::remove(in_run(config, name));
    return lock;
}

/// A stop file stops every further run too, so that a job that starts itself again comes to an end.
ExitCode stopped(Session& session, const RunConfig& config, const std::string& what) {
    if (!session.root) return ExitCode::stopped;
    const fs::path stop_file = in_run(config, "STOP");
    const std::string first = fs::exists(stop_file) ? fmt::format("delete {} and ", stop_file.string()) : "";
    session.log.warning("{}; {}run the same command again to continue", what, first);
    return ExitCode::stopped;
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

/// The latency table: completed where the configuration says, then copied into the run, so that a continued run (one
/// that has a journal) searches with the same latencies whatever becomes of the shared table.
bool prepare_latency(Session& session, Workbench& bench, StopToken& stop) {
    const RunConfig& config = bench.config();
    const std::string own = in_run(config, "latency.h5").string();
    const bool continued = session.root && fs::exists(in_run(config, "journal")) && fs::exists(own);
    const bool exists = session.comm.broadcast(continued ? "yes" : "no") == "yes";
    bench.make_latency(session.comm, exists ? own : "");
    collectively(session.comm, [&] { bench.make_evaluator(); });  // its mistakes are found before anything is measured
    if (bench.table() == nullptr || exists || !bench.space().segmentation()) return true;
    if (!complete_table(session, bench, stop)) return false;
    collectively(session.comm, [&] {
        if (session.root) save_table(bench.table()->table(), own);
    });
    return true;
}

StrategyContext strategy_context(Workbench& bench, const Bucket& bucket) {
    const SearchSpace& space = bench.space();
    StrategyContext context;
    context.decisions.assign(space.decisions().begin(), space.decisions().end());
    context.seed = static_cast<std::uint64_t>(bench.config().seed);
    context.n_objectives = bench.evaluator().objectives().size();
    context.canonical = [&space](const Encoding& x) { return space.canonical(x); };
    context.sample = [&space](Rng& rng) { return space.sample(rng); };
    context.mutate = [&space](const Encoding& x, const MutationRates& rates, Rng& rng) {
        return space.mutate(x, rates, rng);
    };
    context.crossover = [&space](const Encoding& a, const Encoding& b, Rng& rng) { return space.crossover(a, b, rng); };
    context.pool = bucket.pool;
    if (bucket.latency_ms) {
        context.latency_ms = bucket.latency_ms;
        context.feasible = [bucket](const Encoding& x) {
            const double latency_ms = bucket.latency_ms(x);
            return latency_ms >= bucket.lower_ms && latency_ms < bucket.target_ms;
        };
    }
    return context;
}

RunIdentity make_identity(Workbench& bench, int threads) {
    const auto copy = [](const auto& span) { return std::vector(span.begin(), span.end()); };
    const auto metrics = bench.evaluator().metrics();
    RunIdentity identity{to_yaml(with_facts(bench.config().resolved, bench, threads)),
                         copy(bench.space().decisions()),
                         copy(bench.evaluator().objectives()),
                         copy(metrics),
                         static_cast<std::uint64_t>(bench.config().seed),
                         {},
                         -1};
    identity.n_deterministic_metrics = static_cast<std::int64_t>(bench.evaluator().n_deterministic_metrics());
    for (const char* name : {"val_top1", "latency_ms"})
        if (std::any_of(metrics.begin(), metrics.end(), [&](const Quantity& q) { return q.name == name; }))
            identity.pareto.push_back(name);
    return identity;
}

Provenance::Attributes dataset_attributes(const ImageTask& task) {
    const ImageSet& images = *task.train.images;
    return {{"dataset", images.source},
            {"dataset_images", std::to_string(images.size())},
            {"dataset_hash", fmt::format("{:016x}", images.hash())},
            {"train_images", std::to_string(task.train.size())},
            {"validation_images", std::to_string(task.validation.size())}};
}

ScheduleOptions schedule_options(const Workbench& bench) {
    const SearchConfig& config = bench.config().search;
    ScheduleOptions options;
    options.mode = config.mode == "synchronous" ? ScheduleMode::synchronous : ScheduleMode::asynchronous;
    options.candidates = config.candidates;
    options.window = config.window;
    options.dedicated_manager = config.dedicated_manager;
    options.progress = Seconds(config.progress_seconds);
    options.canonical = [&space = bench.space()](const Encoding& x) { return space.canonical(x); };
    return options;
}

/// Candidates with which the strategy begins before it learns: its option `initial`, if it has one.
std::int64_t n_initial(const RunConfig& config) {
    const ConfigNode* strategy = config.resolved.find("strategy");
    const ConfigNode* initial = strategy != nullptr ? strategy->find("initial") : nullptr;
    return initial != nullptr ? std::stoll(initial->scalar) : 0;
}

/// What rank 0 keeps of a run.
struct Records {
    Journal journal;
    ResultStore results;
    std::unique_ptr<Strategy> strategy;
};

std::unique_ptr<Records> open_records(Session& session, Workbench& bench, const Bucket& bucket, const Layout& layout,
                                      const Command& command) {
    const RunConfig& config = bench.config();
    const RunIdentity identity = make_identity(bench, layout.threads);
    Journal journal = Journal::open(in_run(config, "journal"), identity, changeable_keys());
    if (journal.continued()) session.log.info("continuing the run in {}", config.output);
    ResultStore results(in_run(config, "results.h5"), identity,
                        make_provenance(layout, command.line, dataset_attributes(bench.task())),
                        Seconds(config.search.publish_seconds), session.log);
    for (const Table& table : bucket.tables) results.set_table(table);
    if (const TableModel* model = bench.table()) results.set_table(latency_columns(model->table()));
    // An output that cannot be written fails before anything is trained. A continued run has one, and its results are
    // added later.
    if (!journal.continued()) results.publish_or_throw();
    return std::make_unique<Records>(
        Records{std::move(journal), std::move(results), bench.make_strategy(strategy_context(bench, bucket))});
}

SearchOutcome search_together(Session& session, Workbench& bench, const SearchState& state, StopToken& stop) {
    try {
        return run_search(session.comm, bench.evaluator(), state, schedule_options(bench), stop, session.log);
    } catch (const Error& error) {
        throw AgreedError(error.exit_code(), error.what());  // run_search throws on every rank or on none
    }
}

void finish(Session& session, Workbench& bench, Records& records, const Bucket& bucket) {
    session.log.info("measuring the finalists");
    const Ranking ranking = rank_candidates(bench, records.results, bucket.target_ms, n_initial(bench.config()));
    records.results.set_table(ranking_table(ranking));
    records.results.publish_or_throw();
    if (ranking.networks.empty())
        session.log.warning(
            "no candidate was evaluated with success within the latency target; see /candidates/reason in {}",
            records.results.file().string());
    fmt::print("{}", format_ranking(ranking));
    fmt::print("results: {}\n", records.results.file().string());
}

ExitCode search(Session& session, const Command& command) {
    std::optional<RunConfig> config;
    collectively(session.comm, [&] { config = load_run_config(command); });
    const Layout layout = make_layout(session.comm, config->threads);
    if (!layout.warning.empty()) session.log.warning("{}", layout.warning);
    Workbench bench(*config, session.log);
    collectively(session.comm, [&] {
        bench.load_data();
        bench.make_space();
    });
    if (command.check) {
        collectively(session.comm, [&] { check_same_run(command, *config); });
        return check_search(session, bench, layout);
    }

    std::optional<RunLock> lock;
    collectively(session.comm, [&] {
        if (session.root) lock.emplace(prepare_output(command, *config));
    });
    StopToken stop = make_stop_token(session, *config);
    if (!prepare_latency(session, bench, stop)) return stopped(session, *config, "stopped while measuring latencies");
    const std::optional<Bucket> bucket = find_bucket(session, bench, stop);
    if (!bucket) return stopped(session, *config, "stopped while screening");
    std::unique_ptr<Records> records;
    lock.reset();  // the journal takes it over
    collectively(session.comm, [&] {
        if (session.root) records = open_records(session, bench, *bucket, layout, command);
    });
    SearchState state;
    if (session.root) state = {records->strategy.get(), &records->journal, &records->results};
    const SearchOutcome outcome = search_together(session, bench, state, stop);
    if (!outcome.finished)
        return stopped(session, *config,
                       fmt::format("stopped ({}): {} candidates evaluated", outcome.reason, outcome.evaluated));
    collectively(session.comm, [&] {
        if (session.root) finish(session, bench, *records, *bucket);
    });
    return ExitCode::ok;
}

}  // namespace

ExitCode search_command(const Command& command) {
    return in_session(command, [&](Session& session) { return search(session, command); });
}

}  // namespace hpnas
