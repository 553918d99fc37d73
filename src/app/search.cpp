#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "hpnas/app/bucket.hpp"
#include "hpnas/app/check.hpp"
#include "hpnas/app/gradient_run.hpp"
#include "hpnas/app/gradient_strategy.hpp"
#include "hpnas/app/latency_build.hpp"
#include "hpnas/app/ranking.hpp"
#include "hpnas/app/reference.hpp"
#include "hpnas/app/run_directory.hpp"
#include "hpnas/app/score_ranking.hpp"
#include "hpnas/app/version.hpp"
#include "hpnas/comm/communicator.hpp"
#include "hpnas/core/hash.hpp"
#include "hpnas/eval/candidate_filter.hpp"
#include "hpnas/latency/table_file.hpp"
#include "hpnas/sched/scheduler.hpp"
#include "hpnas/store/journal.hpp"
#include "hpnas/supernet/supernet.hpp"

namespace hpnas {
namespace {

/// The latency table, completed where the configuration says, or surrogate: copied into the run, so that a continued
/// run (one that has a journal) searches with the same latencies whatever becomes of the shared file.
bool prepare_latency(Session& session, Workbench& bench, StopToken& stop) {
    const RunConfig& config = bench.config();
    const std::string own = in_run(config, "latency.h5").string();
    const bool continued =
        session.root && std::filesystem::exists(in_run(config, "journal")) && std::filesystem::exists(own);
    const bool exists = session.comm.broadcast(continued ? "yes" : "no") == "yes";
    bench.make_latency(session.comm, exists ? own : "");
    bench.make_energy(session.comm);
    collectively(session.comm, [&] { bench.make_evaluator(); });  // its mistakes are found before anything is measured
    if (bench.surrogate() != nullptr && !exists)
        collectively(session.comm, [&] {
            if (session.root) save_surrogates(bench.surrogate()->record(), own);
        });
    if (bench.table() == nullptr || exists || !bench.space().segmentation()) return true;
    if (!complete_table(session, bench, stop)) return false;
    collectively(session.comm, [&] {
        if (session.root) save_table(bench.table()->table(), own);
    });
    return true;
}

/// The bounds of the objective, for the strategy. Latency by table only: measuring takes too long for every encoding
/// that is considered.
CandidateFilter make_filter(Workbench& bench) {
    std::function<double(const Network&)> latency_ms;
    if (bench.table() != nullptr && bench.space().segmentation())
        latency_ms = [model = bench.table()](const Network& network) { return model->predict(network).count(); };
    return {bench.space(), bench.evaluator().limits(), std::move(latency_ms)};
}

StrategyContext strategy_context(Workbench& bench, const Bucket& bucket, CandidateFilter& filter) {
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
        context.feasible = [bucket, &filter](const Encoding& x) {
            const double latency_ms = bucket.latency_ms(x);
            return latency_ms >= bucket.lower_ms && latency_ms < bucket.target_ms && filter.admits(x);
        };
    } else if (filter.active()) {
        context.feasible = [&filter](const Encoding& x) { return filter.admits(x); };
    }
    return context;
}

ScheduleOptions schedule_options(Workbench& bench, const Bucket& bucket) {
    const SearchConfig& config = bench.config().search;
    ScheduleOptions options;
    options.mode = config.mode == "synchronous" ? ScheduleMode::synchronous : ScheduleMode::asynchronous;
    options.candidates = is_gradient(bench.config()) ? std::ssize(bucket.pool) : config.candidates;
    options.window = config.window;
    options.dedicated_manager = config.dedicated_manager;
    options.progress = Seconds(config.progress_seconds);
    options.headline = bench.evaluator().headline();
    options.canonical = [&space = bench.space()](const Encoding& x) { return space.canonical(x); };
    return options;
}

/// Candidates with which the strategy begins before it learns: its option `initial`, if it has one.
std::int64_t n_initial(const RunConfig& config) {
    const ConfigNode* strategy = config.resolved.find("strategy");
    const ConfigNode* initial = strategy != nullptr ? strategy->find("initial") : nullptr;
    return initial != nullptr ? std::stoll(initial->scalar) : 0;
}

/// What decides the results of a gradient search beyond other searches: the ranks share its batches.
std::vector<std::string> facts_of_strategy(const RunConfig& config, const Layout& layout) {
    if (!is_gradient(config)) return {};
    std::vector<std::string> facts{fmt::format("facts.ranks={}", layout.ranks)};
    const GradientStrategyOptions options = gradient_options(config);
    const ConfigNode* surrogate =
        options.surrogate.kind == ConfigNode::Kind::map ? options.surrogate.find("path") : nullptr;
    std::vector<std::string> files;
    if (surrogate != nullptr) files.push_back(surrogate->scalar);
    if (options.table.term.coefficient > 0) files.push_back(options.table.path);
    for (const std::string& file : files) {
        std::ifstream in(file, std::ios::binary);
        const std::string bytes((std::istreambuf_iterator<char>(in)), {});
        facts.push_back(fmt::format("facts.file{}=x{:016x}", facts.size(), hash64(bytes)));
    }
    return facts;
}

/// What rank 0 keeps of a run.
struct Records {
    Journal journal;
    ResultStore results;
    CandidateFilter filter;
    std::unique_ptr<Strategy> strategy;  // uses the filter
};

std::unique_ptr<Records> open_records(Session& session, Workbench& bench, const Bucket& bucket, const Layout& layout,
                                      const Command& command) {
    const RunConfig& config = bench.config();
    const RunIdentity identity = make_identity(bench, layout.threads, facts_of_strategy(config, layout));
    Journal journal = Journal::open(in_run(config, "journal"), identity, changeable_keys());
    if (journal.continued()) session.log.info("continuing the run in {}", config.output);
    ResultStore results(in_run(config, "results.h5"), identity,
                        make_provenance(layout, command.line,
                                        bench.has_data() ? dataset_attributes(bench.task()) : Provenance::Attributes{}),
                        Seconds(config.search.publish_seconds), session.log);
    for (const Table& table : bucket.tables) results.set_table(table);
    if (const TableModel* model = bench.table()) results.set_table(latency_columns(model->table()));
    // An output that cannot be written fails before anything is trained. A continued run has one, and its results are
    // added later.
    if (!journal.continued()) results.publish_or_throw();
    auto records =
        std::make_unique<Records>(Records{std::move(journal), std::move(results), make_filter(bench), nullptr});
    if (records->filter.active()) records->filter.sample(1, identity.seed);  // limits that nothing keeps are found here
    return records;
}

/// What a gradient search derives becomes the pool. @return false if it was stopped
bool search_by_gradient(Session& session, GradientRun& gradient, Records* records, Bucket& bucket, StopToken& stop) {
    GradientRecords files;
    if (session.root) {
        const Journal& journal = records->journal;
        files = {journal.file().parent_path() / "supernet.h5",
                 fmt::format("{:016x}", hash64(journal.content().identity.config)), &records->results};
    }
    if (!gradient.search(files, stop)) return false;
    auto derived = gradient.derive([&](const Encoding& x) { return records->filter.admits(x); }, stop);
    if (!derived) return false;
    bucket.pool = std::move(*derived);
    bucket.target_ms = gradient.target_ms();
    return true;
}

/// Why a search has no result, by the reason of the last candidate (the others' are in the file); empty: it has some.
std::string failure_of(const ResultStore& results) {
    std::string reason;
    for (const Evaluation* evaluation : results.evaluations()) {
        if (evaluation->status == EvalStatus::ok) return "";
        reason = fmt::format(" (the last one: {})", evaluation->reason);
    }
    return fmt::format("none of {} candidates was evaluated with success{}; see /candidates/reason in {}",
                       results.evaluations().size(), reason, results.file().string());
}

void finish_by_objectives(Workbench& bench, Records& records) {
    const ScoreRanking ranking = rank_by_objectives(bench, records.results, bench.config().ranking.finalists);
    records.results.set_table(ranking_table(ranking));
    fmt::print("{}", format_ranking(ranking));
}

void finish_by_training(Session& session, Workbench& bench, Records& records, const Bucket& bucket) {
    session.log.info("{}", measures_finalists(bench)
                               ? "measuring the finalists"
                               : "finalists are not measured: the latency table is of another device");
    const Ranking ranking = rank_candidates(bench, records.results, bucket.target_ms, n_initial(bench.config()));
    records.results.set_table(ranking_table(ranking));
    if (ranking.networks.empty()) session.log.warning("no candidate keeps the latency target");
    fmt::print("{}", format_ranking(ranking));
}

/// What the limits turned away, for the result file.
Table rejection_table(const CandidateFilter& filter) {
    std::vector<std::string> reasons;
    std::vector<std::int64_t> counts;
    for (const CandidateFilter::Rejections& rejection : filter.rejections()) {
        reasons.push_back(rejection.reason);
        counts.push_back(rejection.count);
    }
    return {"rejected",
            "networks that were considered and broke a limit, by the first limit broken",
            {{"reason", "", "limit", std::move(reasons), {}},
             {"count", "count", "different networks", std::move(counts), {}}}};
}

void finish(Session& session, Workbench& bench, Records& records, const Bucket& bucket) {
    const std::string failure = failure_of(records.results);
    if (failure.empty()) {
        if (bench.evaluator().readings().empty())
            finish_by_training(session, bench, records, bucket);
        else
            finish_by_objectives(bench, records);
    }
    if (const std::string summary = records.filter.summary(); !summary.empty()) {
        records.results.set_table(rejection_table(records.filter));
        session.log.info("{}", summary);
        fmt::print("{}\n", summary);
    }
    records.results.publish_or_throw();
    fmt::print("results: {}\n", records.results.file().string());
    if (!failure.empty()) throw ConfigError(failure);
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
        if (is_gradient(*config)) make_supernet(bench.space());  // refused before anything is measured
    });
    if (command.check) {
        collectively(session.comm, [&] { check_same_run(command, *config); });
        return check_search(session, bench, layout);
    }

    std::optional<RunLock> lock;
    collectively(session.comm, [&] {
        if (session.root) lock.emplace(prepare_output(command, *config, [&] { check_same_run(command, *config); }));
    });
    StopToken stop = make_stop_token(session, *config);
    if (!prepare_latency(session, bench, stop)) return stopped(session, *config, "stopped while measuring latencies");
    std::optional<Bucket> bucket = find_bucket(session, bench, stop);
    if (!bucket) return stopped(session, *config, "stopped while screening");
    std::unique_ptr<GradientRun> gradient;
    if (is_gradient(*config)) gradient = std::make_unique<GradientRun>(session, bench);
    std::unique_ptr<Records> records;
    lock.reset();  // the journal takes it over
    collectively(session.comm, [&] {
        if (session.root) records = open_records(session, bench, *bucket, layout, command);
    });
    if (!prepare_reference(session, bench, session.root ? &records->journal : nullptr,
                           session.root ? &records->results : nullptr, session.root ? &records->filter : nullptr, stop))
        return stopped(session, *config, "stopped while scoring the reference sample");
    if (gradient && !search_by_gradient(session, *gradient, records.get(), *bucket, stop))
        return stopped(session, *config, "stopped while searching by gradient");
    gradient.reset();  // its memory is the candidates'
    collectively(session.comm, [&] {
        if (session.root) records->strategy = bench.make_strategy(strategy_context(bench, *bucket, records->filter));
    });
    SearchState state;
    if (session.root) state = {records->strategy.get(), &records->journal, &records->results};
    const SearchOutcome outcome = search_together(session, bench, state, schedule_options(bench, *bucket), stop);
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
