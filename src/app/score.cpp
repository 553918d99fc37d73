#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <optional>

#include "hpnas/app/command.hpp"
#include "hpnas/app/reference.hpp"
#include "hpnas/app/run_directory.hpp"
#include "hpnas/app/score_table.hpp"
#include "hpnas/app/space_option.hpp"
#include "hpnas/app/version.hpp"
#include "hpnas/comm/communicator.hpp"
#include "hpnas/core/hash.hpp"
#include "hpnas/sched/scheduler.hpp"
#include "hpnas/search/encoding.hpp"
#include "hpnas/store/journal.hpp"
#include "hpnas/strategy/fixed_list.hpp"

namespace hpnas {
namespace {

constexpr std::size_t rows_printed = 10;

ConfigNode map_node() {
    ConfigNode node;
    node.kind = ConfigNode::Kind::map;
    return node;
}

ConfigNode scalar_node(const std::string& text) {
    ConfigNode node;
    node.kind = ConfigNode::Kind::scalar;
    node.scalar = text;
    return node;
}

/// "cifar10:/data/cifar10" or YAML.
ConfigNode data_node(const std::string& text) {
    const std::size_t colon = text.find(':');
    if (text.find('{') != std::string::npos || colon == std::string::npos) return parse_yaml(text, "--data");
    ConfigNode node = map_node();
    node.map.emplace_back("name", scalar_node(text.substr(0, colon)));
    node.map.emplace_back("path", scalar_node(text.substr(colon + 1)));
    return node;
}

ConfigNode objective_node(const Command& command) {
    ConfigNode list = parse_yaml("[" + command.scores + "]", "--scores");
    if (list.sequence.empty()) throw ConfigError("--scores: expected at least one score (hpnas list scores)");
    ConfigNode node = map_node();
    node.map.emplace_back("name", scalar_node("score"));
    node.map.emplace_back("score", list.sequence.front());
    list.sequence.erase(list.sequence.begin());
    if (!list.sequence.empty()) node.map.emplace_back("extra", std::move(list));
    node.map.emplace_back("batch", scalar_node(std::to_string(command.batch)));
    node.map.emplace_back("repeats", scalar_node(std::to_string(command.repeats)));
    return node;
}

std::string output_of(const Command& command) {
    std::string output = command.output.value_or("results/scores.csv");
    if (!output.ends_with(".csv") && !output.ends_with(".h5"))
        throw Error(ExitCode::usage, "--output: expected a name that ends in .csv or .h5, got " + output);
    std::error_code unknown;  // what cannot be looked at cannot be created either, which says why
    if (std::filesystem::is_directory(output, unknown))
        throw StoreError("--output: expected a file, got the directory " + output, ExitCode::cannot_create);
    return output;
}

/// What the command line says, as a configuration file would.
RunConfig score_config(const Command& command) {
    ConfigNode root = map_node();
    root.where.file = "command line";
    root.map.emplace_back("output", scalar_node(output_of(command) + ".run"));
    root.map.back().second.quoted = true;
    root.map.emplace_back("seed", scalar_node(std::to_string(command.seed.value_or(1))));
    root.map.emplace_back("threads", scalar_node(std::to_string(command.threads)));
    root.map.emplace_back("space", space_node(command.space, command.space_options));
    if (!command.data.empty()) root.map.emplace_back("data", data_node(command.data));
    if (!command.task.empty()) root.map.emplace_back("task", parse_yaml(command.task, "--task"));
    if (!command.pretrained.empty()) set_text(root, "pretrained", command.pretrained);
    if (!command.latency.empty()) root.map.emplace_back("latency", parse_yaml(command.latency, "--latency"));
    set_by_path(root, "screening.samples=0");
    root.map.emplace_back("objective", objective_node(command));
    root.map.emplace_back("strategy", scalar_node("random"));  // not used: the list is the strategy
    if (command.max_time_s) set_by_path(root, fmt::format("search.max_time_seconds={}", *command.max_time_s));
    return read_run_config(root);
}

std::vector<double> aggregate_weights(const Command& command, const ScoreSet& scores) {
    if (command.aggregate == "none") {
        if (command.weights.empty()) return {};
        throw Error(ExitCode::usage, "--weights: of an aggregate, but there is none: add --aggregate rank");
    }
    const std::size_t n = scores.entries().size();
    if (command.weights.empty()) return std::vector<double>(n, 1.0);
    if (command.weights.size() != n)
        throw Error(ExitCode::usage, fmt::format("--weights: expected one for each of the {} scores, got {}", n,
                                                 command.weights.size()));
    for (const double weight : command.weights)
        if (!std::isfinite(weight))
            throw Error(ExitCode::usage, fmt::format("--weights: expected finite numbers, got {}", weight));
    return command.weights;
}

/// What rank 0 keeps.
struct Records {
    ArchList list;
    Journal journal;
    ResultStore results;
    std::unique_ptr<FixedList> strategy;
};

StrategyContext list_context(const Workbench& bench) {
    StrategyContext context;
    const SearchSpace& space = bench.space();
    context.decisions.assign(space.decisions().begin(), space.decisions().end());
    context.canonical = [&space](const Encoding& x) { return space.canonical(x); };
    return context;
}

std::string list_fact(const ArchList& list) {
    std::string all;
    for (const Encoding& x : list.encodings) all += to_text(x) + "\n";
    return fmt::format("facts.archs=x{:016x}", hash64(all));
}

std::unique_ptr<Records> open_records(Session& session, Workbench& bench, const Command& command, const Layout& layout,
                                      ArchList list) {
    const RunConfig& config = bench.config();
    session.log.info("{}: {} architectures, {} different networks", command.archs, list.text.size(),
                     list.encodings.size());
    const RunIdentity identity = make_identity(bench, layout.threads, {list_fact(list)});
    Journal journal = Journal::open(in_run(config, "journal"), identity, changeable_keys());
    const std::string output = output_of(command);
    const std::string file = output.ends_with(".h5") ? output : in_run(config, "results.h5").string();
    ResultStore results(file, identity,
                        make_provenance(layout, command.line,
                                        bench.has_data() ? dataset_attributes(bench.task()) : Provenance::Attributes{}),
                        Seconds(config.search.publish_seconds), session.log);
    results.publish_or_throw();
    auto strategy = std::make_unique<FixedList>(list.encodings, list_context(bench));
    return std::make_unique<Records>(
        Records{std::move(list), std::move(journal), std::move(results), std::move(strategy)});
}

ScheduleOptions schedule_options(Workbench& bench, std::size_t candidates) {
    ScheduleOptions options;
    options.mode = ScheduleMode::asynchronous;
    options.candidates = static_cast<std::int64_t>(candidates);
    options.progress = Seconds(bench.config().search.progress_seconds);
    options.headline = bench.evaluator().headline();
    return options;
}

void finish(const Command& command, Records& records, Workbench& bench) {
    const ScoreSet& scores = bench.score_evaluator()->scores();
    const ScoreTable table =
        make_score_table(records.list, records.results, scores, aggregate_weights(command, scores));
    const std::string output = output_of(command);
    if (output.ends_with(".csv")) write_csv(table, output);
    records.results.set_table(to_result_table(table));
    records.results.publish_or_throw();
    fmt::print("{}", format_rows(table, rows_printed));
    fmt::print("scores: {}\n", output);
}

void print_rate(const SearchOutcome& outcome, std::int64_t before, double seconds, int ranks) {
    const auto scored = static_cast<double>(outcome.evaluated - before);
    if (scored == 0) return;
    fmt::print("{:.0f} networks in {:.1f} s: {:.3g} per second, {:.3g} per second and rank; {} failed\n", scored,
               seconds, scored / seconds, scored / seconds / ranks, outcome.failed);
}

ExitCode score(Session& session, const Command& command) {
    std::optional<RunConfig> config;
    collectively(session.comm, [&] { config = score_config(command); });
    const Layout layout = make_layout(session.comm, config->threads);
    if (!layout.warning.empty()) session.log.warning("{}", layout.warning);
    Workbench bench(*config, session.log);
    collectively(session.comm, [&] {
        bench.load_data();
        bench.make_space();
    });
    bench.make_latency(session.comm);
    ArchList list;
    std::optional<RunLock> lock;
    collectively(session.comm, [&] {
        bench.make_evaluator();
        aggregate_weights(command, bench.score_evaluator()->scores());
        if (!session.root) return;
        list = read_arch_list(command.archs, command.column, bench.space());
        lock.emplace(prepare_output(command, *config, [&] { check_same_run(command, *config); }));
    });
    StopToken stop = make_stop_token(session, *config);
    std::unique_ptr<Records> records;
    lock.reset();  // the journal takes it over
    collectively(session.comm, [&] {
        if (session.root) records = open_records(session, bench, command, layout, std::move(list));
    });
    SearchState state;
    std::int64_t before = 0;
    std::size_t n = 0;
    if (session.root) {
        state = {records->strategy.get(), &records->journal, &records->results};
        for (const JournalEntry& entry : records->journal.content().entries)
            if (std::holds_alternative<Evaluation>(entry)) ++before;
        n = records->list.encodings.size();
    }
    CandidateFilter everything(bench.space(), {});
    if (!prepare_reference(session, bench, session.root ? &records->journal : nullptr,
                           session.root ? &records->results : nullptr, &everything, stop))
        return stopped(session, *config, "stopped while scoring the reference sample");
    const auto start = std::chrono::steady_clock::now();
    const SearchOutcome outcome = search_together(session, bench, state, schedule_options(bench, n), stop);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    collectively(session.comm, [&] {
        if (!session.root) return;
        finish(command, *records, bench);
        print_rate(outcome, before, seconds, layout.ranks);
    });
    if (outcome.finished) return ExitCode::ok;
    return stopped(session, *config,
                   fmt::format("stopped ({}): {} networks scored", outcome.reason, outcome.evaluated));
}

}  // namespace

ExitCode score_command(const Command& command) {
    return in_session(command, [&](Session& session) { return score(session, command); });
}

}  // namespace hpnas
