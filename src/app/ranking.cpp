#include "hpnas/app/ranking.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "hpnas/eval/finalists.hpp"
#include "hpnas/latency/measured_model.hpp"

namespace hpnas {
namespace {

/// Reads a metric of an evaluation by name; NaN if the run has no such metric.
class MetricReader {
public:
    explicit MetricReader(const RunIdentity& identity) : identity_(identity) {}
    double operator()(const Evaluation& evaluation, std::string_view name) const {
        for (std::size_t i = 0; i < identity_.metrics.size() && i < evaluation.metrics.size(); ++i)
            if (identity_.metrics[i].name == name) return evaluation.metrics[i];
        return std::numeric_limits<double>::quiet_NaN();
    }

private:
    const RunIdentity& identity_;
};

/// Evaluations that are ok and predicted to meet the target; an unknown latency meets none but an infinite one.
std::vector<const Evaluation*> within_target(const ResultStore& results, double target_ms) {
    const MetricReader metric(results.identity());
    std::vector<const Evaluation*> within;
    for (const Evaluation* evaluation : results.evaluations())
        if (evaluation->status == EvalStatus::ok &&
            (std::isinf(target_ms) || metric(*evaluation, "latency_ms") <= target_ms))
            within.push_back(evaluation);
    return within;
}

double mean_top1(const std::vector<const Evaluation*>& evaluations, const MetricReader& metric, std::int64_t n_initial,
                 std::int64_t& counted) {
    double sum = 0;
    counted = 0;
    for (const Evaluation* evaluation : evaluations) {
        if (evaluation->candidate >= n_initial) continue;
        sum += metric(*evaluation, "val_top1");
        ++counted;
    }
    return counted == 0 ? std::numeric_limits<double>::quiet_NaN() : sum / static_cast<double>(counted);
}

template <class T, class Get>
Column column(std::string name, std::string unit, std::string doc, const Ranking& ranking, Get get) {
    std::vector<T> values;
    for (const RankedNetwork& network : ranking.networks) values.push_back(get(network));
    return {std::move(name), std::move(unit), std::move(doc), std::move(values), {}};
}

}  // namespace

bool measures_finalists(Workbench& bench) { return bench.table() == nullptr || bench.table()->of_this_device(); }

Ranking rank_candidates(Workbench& bench, const ResultStore& results, double target_ms, std::int64_t n_initial) {
    const MetricReader metric(results.identity());
    Ranking ranking;
    ranking.target_ms = target_ms;
    const RankingConfig& config = bench.config().ranking;
    const double limit_ms = target_ms * (1 + config.tolerance_percent / 100);
    const bool noisy = dynamic_cast<const MeasuredModel*>(bench.latency()) != nullptr;
    std::vector<const Evaluation*> best = within_target(results, noisy ? limit_ms : target_ms);
    ranking.initial_mean_top1 = mean_top1(best, metric, n_initial, ranking.n_initial);
    std::stable_sort(best.begin(), best.end(), [](const Evaluation* a, const Evaluation* b) {
        return a->objectives.front() < b->objectives.front();
    });
    best.resize(std::min(best.size(), static_cast<std::size_t>(config.finalists)));

    std::vector<Candidate> finalists;
    for (const Evaluation* evaluation : best) finalists.push_back(results.candidate(evaluation->candidate));
    NetworkTimingOptions timing;
    if (const TableModel* table = bench.table()) timing.batch = table->table().conditions().batch;
    const double unknown = std::numeric_limits<double>::quiet_NaN();
    std::vector<double> measured_ms(finalists.size(), unknown);
    if (measures_finalists(bench)) {
        const auto timings =
            measure_finalists(bench.space(), finalists, bench.device(), timing, static_cast<int>(config.passes));
        for (std::size_t i = 0; i < timings.size(); ++i) measured_ms[i] = timings[i].measured_ms;
    }

    for (std::size_t i = 0; i < best.size(); ++i) {
        const Evaluation& e = *best[i];
        ranking.networks.push_back(
            {measured_ms[i] > limit_ms ? 0 : 1, e.candidate, e.objectives.front(), metric(e, "params"),
             metric(e, "macs"), metric(e, "val_top1"), metric(e, "latency_ms"), measured_ms[i],
             bench.space().format(finalists[i].encoding), metric(e, "memory_bytes"), metric(e, "energy_mj")});
    }
    std::stable_partition(ranking.networks.begin(), ranking.networks.end(),
                          [](const auto& network) { return network.rank == 1; });
    std::int64_t next = 0;
    for (RankedNetwork& network : ranking.networks)
        if (network.rank == 1) network.rank = ++next;
    return ranking;
}

Table ranking_table(const Ranking& ranking) {
    using N = RankedNetwork;
    return {
        "ranking",
        "best candidates within the latency target; rank 0: measured latency misses it",
        {column<std::int64_t>("rank", "1", "place, from 1", ranking, [](const N& n) { return n.rank; }),
         column<std::int64_t>("candidate_id", "1", "candidate", ranking, [](const N& n) { return n.candidate; }),
         column<double>("objective", "1", "objective (minimised)", ranking, [](const N& n) { return n.objective; }),
         column<double>("params", "count", "trainable parameters", ranking, [](const N& n) { return n.params; }),
         column<double>("macs", "count", "multiply-accumulates per image", ranking, [](const N& n) { return n.macs; }),
         column<double>("memory_bytes", "bytes", "most activations alive at a time", ranking,
                        [](const N& n) { return n.memory_bytes; }),
         column<double>("energy_mj", "mJ", "energy per image", ranking, [](const N& n) { return n.energy_mj; }),
         column<double>("latency_ms", "ms", "predicted latency", ranking, [](const N& n) { return n.table_ms; }),
         column<double>("measured_ms", "ms", "latency measured whole", ranking,
                        [](const N& n) { return n.measured_ms; }),
         column<double>("val_top1", "%", "validation accuracy", ranking, [](const N& n) { return n.val_top1; }),
         column<std::string>("arch", "", "architecture", ranking, [](const N& n) { return n.arch; })}};
}

std::string format_ranking(const Ranking& ranking) {
    const bool energy = std::ranges::any_of(ranking.networks, [](const auto& n) { return !std::isnan(n.energy_mj); });
    std::string text =
        fmt::format("{:>4} {:>9} {:>10} {:>12} {:>12} {:>14}{} {:>12} {:>10}\n", "rank", "candidate", "params", "MACs",
                    "table (ms)", "measured (ms)", energy ? "  energy (mJ)" : "", "val top-1 %", "objective");
    for (const RankedNetwork& n : ranking.networks)
        text += fmt::format("{:>4} {:>9} {:>10.0f} {:>12.0f} {:>12.4f} {:>14}{} {:>12.2f} {:>10.4f}\n",
                            n.rank > 0 ? std::to_string(n.rank) : "-", n.candidate, n.params, n.macs, n.table_ms,
                            std::isnan(n.measured_ms) ? "" : fmt::format("{:.4f}", n.measured_ms),
                            energy ? fmt::format(" {:>12.4f}", n.energy_mj) : "", n.val_top1, n.objective);
    if (std::isfinite(ranking.target_ms))
        text += fmt::format("latency target {:.4f} ms; '-': misses it when measured\n", ranking.target_ms);
    if (!ranking.networks.empty() && ranking.networks.front().rank == 1 && ranking.n_initial > 0)
        text +=
            fmt::format("best network {:.2f} %, mean of the search's {} initial samples within the target {:.2f} %\n",
                        ranking.networks.front().val_top1, ranking.n_initial, ranking.initial_mean_top1);
    return text;
}

}  // namespace hpnas
