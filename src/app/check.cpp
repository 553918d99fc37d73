#include "hpnas/app/check.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "hpnas/app/gradient_run.hpp"
#include "hpnas/app/gradient_strategy.hpp"
#include "hpnas/app/latency_build.hpp"
#include "hpnas/app/search_terms.hpp"
#include "hpnas/comm/communicator.hpp"
#include "hpnas/eval/block_tasks.hpp"
#include "hpnas/eval/candidate_filter.hpp"
#include "hpnas/latency/stopwatch.hpp"
#include "hpnas/latency/table_file.hpp"
#include "hpnas/search/encoding.hpp"

namespace hpnas {
namespace {

constexpr int sampled_networks = 5;

/// Cost of one candidate: over a few networks of the space.
struct CandidateEstimate {
    double median_s = 0, longest_s = 0;
    std::size_t largest_bytes = 0;
    double reference = 0;  ///< further networks that are evaluated before the first candidate
};

CandidateEstimate summarise(std::vector<double> seconds, std::size_t largest_bytes) {
    std::sort(seconds.begin(), seconds.end());
    return {seconds[seconds.size() / 2], seconds.back(), largest_bytes, 0};
}

/// From the time of one batch forward and backward.
CandidateEstimate estimate_training(Workbench& bench) {
    const TrainingOptions& training = bench.config().training;
    const double images = training.epochs * training.data_fraction * static_cast<double>(bench.task().train.size());
    const double forward_share = 1.0 / 3;
    const double steps = (images + forward_share * static_cast<double>(bench.task().validation.size())) /
                         static_cast<double>(training.batch);
    std::vector<double> seconds;
    std::size_t largest_bytes = 0;
    for (const Network& network :
         random_networks(bench.space(), static_cast<std::uint64_t>(bench.config().seed), sampled_networks)) {
        Parameters parameters(network);
        parameters.initialize(1);
        Executor executor(network, parameters, bench.device(),
                          {.batch = training.batch, .mode = ExecutionMode::training});
        std::fill(executor.input().begin(), executor.input().end(), 0.5F);
        std::fill(executor.output_gradient().begin(), executor.output_gradient().end(), 1e-3F);
        const TimingOptions timing{.warmup_ms = 0, .min_sample_ms = 0, .samples = 3, .max_ms = 1000};
        const auto step = [&] {
            executor.forward();
            executor.backward();
        };
        seconds.push_back(steps * time_work(step, timing).min_ms * 1e-3);
        largest_bytes = std::max(largest_bytes, executor.memory_bytes());
    }
    return summarise(std::move(seconds), largest_bytes);
}

/// By scoring them, which also finds limits that nothing keeps and scores that are not defined.
CandidateEstimate estimate_scores(Workbench& bench) {
    ScoreEvaluator& evaluator = *bench.score_evaluator();
    CandidateFilter filter(bench.space(), evaluator.limits());
    std::vector<double> seconds;
    double largest = 0;
    for (const Encoding& x : filter.sample(sampled_networks, static_cast<std::uint64_t>(bench.config().seed))) {
        const auto start = std::chrono::steady_clock::now();
        evaluator.raw_values(x, {});
        const Cost cost = bench.space().decode(x).cost();
        largest =
            std::max(largest, static_cast<double>(evaluator.batch()) * static_cast<double>(cost.activation_bytes) +
                                  8.0 * static_cast<double>(cost.parameters));
        seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    CandidateEstimate estimate = summarise(std::move(seconds), static_cast<std::size_t>(largest));
    estimate.reference = static_cast<double>(evaluator.scores().reference_size());
    return estimate;
}

void print_data(const Workbench& bench) {
    if (!bench.has_data()) {
        fmt::print("data        none\n");
        return;
    }
    const ImageTask& task = bench.task();
    const std::string shape = task.train.images->files ? "as files" : to_string(task.image_shape());
    fmt::print("data        {} classes, images {}; {} to train, {} to validate, {} to test\n", task.n_classes(), shape,
               task.train.size(), task.validation.size(), task.test.size());
}

void print_latency_plan(Workbench& bench) {
    const TableModel* model = bench.table();
    const auto segmentation = bench.space().segmentation();
    if (model == nullptr || !segmentation) return;
    const std::size_t missing = block_tasks(*segmentation, model->table()).size();
    const TimingOptions& timing = model->options().timing;
    const double seconds =
        static_cast<double>(missing) * (timing.warmup_ms + 5 + static_cast<double>(timing.samples)) * 1e-3;
    fmt::print("latency     {}: {} of {} blocks to measure, about {:.0f} s\n", model->options().path, missing,
               segmentation->blocks.size(), seconds);
}

void print_estimate(Workbench& bench, const Layout& layout) {
    const RunConfig& config = bench.config();
    const CandidateEstimate estimate =
        bench.score_evaluator() != nullptr ? estimate_scores(bench) : estimate_training(bench);
    const int workers = config.search.dedicated_manager && layout.ranks > 1 ? layout.ranks - 1 : layout.ranks;
    fmt::print(
        "candidate   about {:.3g} s (the slowest of {} random networks {:.1f} times that), {:.0f} MiB of tensors\n",
        estimate.median_s, sampled_networks, estimate.longest_s / estimate.median_s,
        static_cast<double>(estimate.largest_bytes) / (1 << 20));
    const std::int64_t candidates =
        is_gradient(config) ? gradient_options(config).derive.candidates : config.search.candidates;
    fmt::print("search      {} candidates, {}: about {:.2f} h\n", candidates, config.search.mode,
               estimate.median_s * (static_cast<double>(candidates) + estimate.reference) / workers / 3600);
}

void print_supernet(Workbench& bench, int ranks) {
    const SupernetEstimate estimate = estimate_gradient_search(bench, ranks);
    fmt::print("supernet    {} parameters, {:.0f} MiB of tensors; {} steps of {:.3g} s: about {:.2f} h\n",
               estimate.parameters, static_cast<double>(estimate.bytes) / (1 << 20), estimate.steps, estimate.step_s,
               static_cast<double>(estimate.steps) * estimate.step_s / 3600);
}

void print_plan(Workbench& bench, const Layout& layout) {
    const RunConfig& config = bench.config();
    fmt::print("ranks       {} on {} node(s), {} thread(s) each\n", layout.ranks, layout.nodes, layout.threads);
    for (int r = 0; r < layout.ranks; ++r)
        fmt::print("            rank {} on {}, cores {}\n", r, layout.hosts[static_cast<std::size_t>(r)],
                   layout.affinity[static_cast<std::size_t>(r)]);
    if (!layout.warning.empty()) fmt::print("warning     {}\n", layout.warning);
    print_data(bench);
    fmt::print("space       {}: {} decisions, {} encodings\n", bench.space().name(), bench.space().decisions().size(),
               space_size_text(bench.space().decisions()));
    print_latency_plan(bench);
    if (is_gradient(config)) print_supernet(bench, layout.ranks);

    // Looking results up takes no time worth telling.
    const bool computes = bench.score_evaluator() != nullptr || bench.has_data();
    if (computes && bench.space().has_networks()) print_estimate(bench, layout);
    const double row_bytes = static_cast<double>(bench.space().decisions().size()) * 2 + 200;
    fmt::print("output      {}: results.h5 about {:.1f} MiB\n", config.output,
               1.0 + row_bytes * static_cast<double>(config.search.candidates) / (1 << 20));
}

/// Whether the run's directory, or the first of its parents that exists, can be written.
void check_output(const std::string& output) {
    std::filesystem::path folder = std::filesystem::absolute(output);
    while (!std::filesystem::exists(folder)) folder = folder.parent_path();
    if (::access(folder.c_str(), W_OK) != 0 || !std::filesystem::is_directory(folder))
        throw StoreError(fmt::format("output {}: {} is no directory that can be written", output, folder.string()),
                         ExitCode::cannot_create);
}

/// False where latencies would have to be measured first.
bool table_complete(Workbench& bench) {
    const auto segmentation = bench.space().segmentation();
    return bench.table() == nullptr || !segmentation || block_tasks(*segmentation, bench.table()->table()).empty();
}

StrategyContext context_of(Workbench& bench) {
    const SearchSpace& space = bench.space();
    StrategyContext context;
    context.decisions.assign(space.decisions().begin(), space.decisions().end());
    context.n_objectives = bench.evaluator().objectives().size();
    return context;
}

}  // namespace

ExitCode check_search(Session& session, Workbench& bench, const Layout& layout) {
    bench.make_latency(session.comm);
    bench.make_energy(session.comm);
    collectively(session.comm, [&] {
        check_output(bench.config().output);
        bench.make_evaluator();
        bench.make_strategy(context_of(bench));
    });
    if (is_gradient(bench.config()) && table_complete(bench))
        SearchTerms(session, bench, gradient_options(bench.config()));  // finds what is wrong with them
    collectively(session.comm, [&] {
        if (session.root) print_plan(bench, layout);
    });
    return ExitCode::ok;
}

}  // namespace hpnas
