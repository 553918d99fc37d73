#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <new>
#include <optional>

#include "hpnas/app/run_directory.hpp"
#include "hpnas/app/shared_tensors.hpp"
#include "hpnas/app/training_ranks.hpp"
#include "hpnas/app/training_records.hpp"

namespace hpnas {
namespace {

/// One training: parts that refer to each other.
struct Training {
    Training(const TrainingBench& bench, Session& session)
        : ranks(training_ranks(session.comm)),
          parameters(bench.initial_parameters()),
          fit(bench.network(), parameters, bench.task(), bench.method(), bench.config().run.training, options(bench),
              bench.device(), static_cast<std::uint64_t>(bench.config().run.seed), ranks) {}

    static FitOptions options(const TrainingBench& bench) {
        FitOptions options{.every_epochs = bench.config().fit.every_epochs, .target = {}};
        if (bench.config().fit.target > 0) options.target = bench.config().fit.target;
        return options;
    }

    TrainingRanks ranks;
    Parameters parameters;
    Fit fit;
};

/// Collective. @throws ConfigError if it does not fit the memory
void set_up(std::optional<Training>& training, const TrainingBench& bench, Session& session) {
    collectively(session.comm, [&] {
        try {
            training.emplace(bench, session);
        } catch (const std::bad_alloc&) {
            const RunConfig& run = bench.config().run;
            throw ConfigError(fmt::format(
                "{}: {} examples of this network do not fit; lower training.micro_batch",
                run.memory_limit_mib > 0 ? fmt::format("memory_limit_mib = {}", run.memory_limit_mib) : "out of memory",
                run.training.examples_per_pass()));
        }
    });
}

double epochs_of(const TrainingRun& run) {
    return static_cast<double>(run.n_steps()) / static_cast<double>(run.steps_per_epoch());
}

void print_plan(const TrainingBench& bench, const Layout& layout, const TrainingRun& run) {
    const Cost cost = bench.task().deployed(bench.network()).cost();
    const TrainingOptions& options = bench.config().run.training;
    fmt::print("ranks       {} on {} node(s), {} thread(s) each\n", layout.ranks, layout.nodes, layout.threads);
    fmt::print("data        {} examples to train, {} to validate, {} to test\n", bench.task().size(DataSplit::train),
               bench.task().size(DataSplit::validation), bench.task().size(DataSplit::test));
    fmt::print("network     {} of {}: {} parameters, {} MACs\n", bench.space().format(bench.encoding()),
               bench.space().name(), cost.parameters, cost.macs);
    fmt::print(
        "training    {:.4g} epochs, {} steps of {} examples in micro-batches of {}; {:.0f} MiB of tensors per rank\n",
        epochs_of(run), run.n_steps(), options.batch, options.examples_per_pass(),
        static_cast<double>(run.memory_bytes()) / (1 << 20));
}

/// From some steps, of which the first warms up. Collective.
ExitCode check_training(Session& session, const TrainingBench& bench, const Layout& layout) {
    std::optional<Training> training;
    set_up(training, bench, session);
    constexpr int n_timed = 2;
    training->fit.advance();
    const auto start = std::chrono::steady_clock::now();
    int done = 0;
    for (; done < n_timed && training->fit.status() == Fit::Status::running; ++done) training->fit.advance();
    const Seconds spent = std::chrono::steady_clock::now() - start;
    if (!session.root) return ExitCode::ok;
    print_plan(bench, layout, training->fit.run());
    if (done > 0)
        fmt::print("time        about {:.3g} s per step, {:.3g} h in all, judgements left out\n", spent.count() / done,
                   spent.count() / done * static_cast<double>(training->fit.run().n_steps()) / 3600);
    return ExitCode::ok;
}

/// Goes on where the directory says. Collective.
void begin(Session& session, Training& training, TrainingRecords* records) {
    bool continued = false;
    std::vector<NamedTensor> state;
    collectively(session.comm, [&] {
        if (!session.root) return;
        continued = records->continued();
        if (continued) state = records->load();
    });
    if (session.comm.broadcast(continued ? "yes" : "no") == "no") {
        collectively(session.comm, [&] {
            if (session.root) records->begin(training.fit);
        });
        return;
    }
    state = broadcast_tensors(session.comm, std::move(state));
    collectively(session.comm, [&] { training.fit.restore(state); });
    session.log.info("continuing after {} of {} steps", training.fit.run().step_count(), training.fit.run().n_steps());
}

/// Says how far the training is, now and then between two judgements.
class Progress {
public:
    Progress(const Log& log, const TrainingRun& run, double period_seconds)
        : log_(log), run_(run), period_(period_seconds), first_step_(run.step_count()) {}

    void tell() {
        const auto now = std::chrono::steady_clock::now();
        const std::int64_t done = run_.step_count() - first_step_, left = run_.n_steps() - run_.step_count();
        if (now - told_ < period_ || done == 0) return;
        told_ = now;
        const Seconds spent = now - start_;
        log_.info("step {} of {}: train loss {:.4f}; {:.1f} min left", run_.step_count(), run_.n_steps(),
                  run_.recent_loss(), spent.count() / static_cast<double>(done) * static_cast<double>(left) / 60);
    }
    void restart_period() { told_ = std::chrono::steady_clock::now(); }

private:
    const Log& log_;
    const TrainingRun& run_;
    Seconds period_;
    std::int64_t first_step_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now(), told_ = start_;
};

/// Trains to the end or until a stop is requested. Collective. @return whether it came to the end
bool train_on(Session& session, const TrainingBench& bench, Training& training, TrainingRecords* records,
              StopToken& stop) {
    Fit& fit = training.fit;
    Progress progress(session.log, fit.run(), bench.config().fit.progress_seconds);
    while (fit.status() == Fit::Status::running) {
        const auto start = std::chrono::steady_clock::now();
        const Fit::Event event = fit.advance(stop.requested());
        const bool ended = fit.status() != Fit::Status::running;
        if (session.root && event.judged) {
            session.log.info("{}", format_point(bench.task(), fit.history().back(), epochs_of(fit.run())));
            records->keep(fit, event.improved);
            progress.restart_period();
        } else if (session.root) {
            if ((event.stop && !ended) || records->save_is_due()) records->save(fit);
            if (!ended) progress.tell();
        }
        stop.note_step(std::chrono::steady_clock::now() - start);
        if (event.stop && !ended) return false;
    }
    return true;
}

void print_outcome(const TrainingBench& bench, const Fit& fit, const std::vector<double>& test) {
    const LearningPoint& best = fit.history()[fit.best_point()];
    const Cost cost = bench.task().deployed(bench.network()).cost();
    if (fit.status() == Fit::Status::target)
        fmt::print("target reached after epoch {:.4g}\n", fit.history().back().epoch);
    fmt::print("network     {}\nparams      {}\nMACs        {}\n", bench.space().format(bench.encoding()),
               cost.parameters, cost.macs);
    fmt::print("best        epoch {:.4g} of {:.4g}\nvalidation  {}\n", best.epoch, fit.run().epochs_done(),
               format_metrics(bench.task(), best.validation));
    if (!test.empty()) fmt::print("test        {}\n", format_metrics(bench.task(), test));
}

/// Judges the best weights on the test examples, writes and prints. Collective.
void finish(Session& session, const TrainingBench& bench, Training& training, TrainingRecords* records) {
    const Fit& fit = training.fit;
    const bool diverged = fit.status() == Fit::Status::diverged;
    std::vector<double> test;
    if (!diverged && bench.task().size(DataSplit::test) > 0)
        test = judge_weights(
            bench.task(), bench.network(), fit.best(), bench.device(),
            {.split = DataSplit::test, .batch = bench.config().run.training.evaluation_batch, .ranks = training.ranks});
    collectively(session.comm, [&] {
        if (!session.root) return;
        records->finish(fit, test);
        if (diverged) throw DataError(fmt::format("training diverged: {}", fit.reason()));
        print_outcome(bench, fit, test);
        fmt::print("results: {}\n", records->file().string());
    });
}

ExitCode train(Session& session, const Command& command) {
    std::optional<TrainConfig> config;
    collectively(session.comm, [&] { config = load_train_config(command); });
    const Layout layout = make_layout(session.comm, config->run.threads);
    if (!layout.warning.empty()) session.log.warning("{}", layout.warning);
    std::unique_ptr<TrainingBench> bench;
    collectively(session.comm, [&] { bench = std::make_unique<TrainingBench>(*config, session.log); });
    const auto check = [&] { check_same_training(*bench, layout.threads); };
    if (command.check) {
        if (!command.overwrite) collectively(session.comm, check);
        return check_training(session, *bench, layout);
    }
    std::optional<RunLock> lock;
    std::optional<Training> training;
    std::unique_ptr<TrainingRecords> records;
    set_up(training, *bench, session);
    collectively(session.comm, [&] {
        if (!session.root) return;
        lock.emplace(prepare_output(command, config->run, check));
        records = std::make_unique<TrainingRecords>(*bench, layout, command.line, session.log);
    });
    StopToken stop = make_stop_token(session, config->run);
    begin(session, *training, records.get());
    if (!train_on(session, *bench, *training, records.get(), stop))
        return stopped(session, config->run,
                       fmt::format("stopped{} after {} of {} steps",
                                   stop.reason().empty() ? "" : fmt::format(" ({})", stop.reason()),
                                   training->fit.run().step_count(), training->fit.run().n_steps()));
    finish(session, *bench, *training, records.get());
    return ExitCode::ok;
}

}  // namespace

ExitCode train_command(const Command& command) {
    return in_session(command, [&](Session& session) { return train(session, command); });
}

}  // namespace hpnas
