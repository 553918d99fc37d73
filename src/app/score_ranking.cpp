#include "hpnas/app/score_ranking.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "hpnas/search/pareto.hpp"

namespace hpnas {
namespace {

/// A metric of an evaluation by name; NaN if there is none.
double metric(const RunIdentity& identity, const Evaluation& evaluation, std::string_view name) {
    for (std::size_t i = 0; i < identity.metrics.size(); ++i)
        if (identity.metrics[i].name == name) return evaluation.metrics[i];
    return std::numeric_limits<double>::quiet_NaN();
}

std::vector<const Evaluation*> successes(const ResultStore& results, ScoreRanking& ranking) {
    std::vector<const Evaluation*> ok;
    for (const Evaluation* evaluation : results.evaluations()) {
        if (evaluation->status == EvalStatus::ok) ok.push_back(evaluation);
        if (evaluation->status == EvalStatus::failed) ++ranking.n_failed;
        if (evaluation->status == EvalStatus::infeasible) ++ranking.n_infeasible;
    }
    ranking.n_ok = static_cast<std::int64_t>(ok.size());
    std::stable_sort(ok.begin(), ok.end(), [](const Evaluation* a, const Evaluation* b) {
        return a->objectives.front() < b->objectives.front();
    });
    return ok;
}

std::vector<bool> on_front(const std::vector<const Evaluation*>& evaluations, std::size_t n_objectives) {
    std::vector<ObjectivePoint> points;
    for (const Evaluation* evaluation : evaluations) points.push_back(evaluation->objectives);
    std::vector<bool> front(evaluations.size(), false);
    for (const std::size_t i : pareto_front(points, std::vector<bool>(n_objectives, false))) front[i] = true;
    return front;
}

template <class T, class Get>
Column column(std::string name, std::string unit, std::string doc, const ScoreRanking& ranking, Get get) {
    std::vector<T> values;
    for (const ScoredNetwork& network : ranking.networks) values.push_back(get(network));
    return {std::move(name), std::move(unit), std::move(doc), std::move(values), {}};
}

bool knows(const ScoreRanking& ranking, double ScoredNetwork::*cost) {
    return std::any_of(ranking.networks.begin(), ranking.networks.end(),
                       [cost](const ScoredNetwork& n) { return !std::isnan(n.*cost); });
}

}  // namespace

ScoreRanking rank_by_objectives(Workbench& bench, const ResultStore& results, std::int64_t n) {
    ScoreRanking ranking;
    ranking.objectives = bench.evaluator().readings();
    ranking.computed = bench.score_evaluator() != nullptr;
    // What a table calls params is in units of its own.
    const auto cost = [&](const Evaluation& e, std::string_view name) {
        return ranking.computed ? metric(results.identity(), e, name) : std::numeric_limits<double>::quiet_NaN();
    };
    const std::vector<const Evaluation*> ok = successes(results, ranking);
    const std::vector<bool> front = on_front(ok, ranking.objectives.size());
    ranking.n_front = std::count(front.begin(), front.end(), true);
    const bool several = ranking.objectives.size() > 1;
    for (std::size_t i = 0; i < ok.size(); ++i) {
        if (static_cast<std::int64_t>(i) >= n && !(several && front[i])) continue;
        const Evaluation& e = *ok[i];
        ScoredNetwork network;
        network.rank = static_cast<std::int64_t>(i) + 1;
        network.candidate = e.candidate;
        network.front = front[i];
        for (std::size_t k = 0; k < ranking.objectives.size(); ++k)
            network.objectives.push_back(ranking.objectives[k].negated ? -e.objectives[k] : e.objectives[k]);
        network.params = cost(e, "params");
        network.macs = cost(e, "macs");
        network.memory_bytes = cost(e, "memory_bytes");
        network.latency_ms = cost(e, "latency_ms");
        network.energy_mj = cost(e, "energy_mj");
        network.arch = bench.space().format(results.candidate(e.candidate).encoding);
        ranking.networks.push_back(std::move(network));
    }
    return ranking;
}

Table ranking_table(const ScoreRanking& ranking) {
    using N = ScoredNetwork;
    Table table{
        "ranking",
        "best candidates by the first objective, then the rest of the Pareto front",
        {column<std::int64_t>("rank", "1", "place by the first objective, from 1", ranking,
                              [](const N& n) { return n.rank; }),
         column<std::int64_t>("candidate_id", "1", "candidate", ranking, [](const N& n) { return n.candidate; }),
         column<std::int64_t>("front", "1", "1: on the Pareto front of all objectives", ranking,
                              [](const N& n) { return n.front ? 1 : 0; })}};
    for (std::size_t i = 0; i < ranking.objectives.size(); ++i)
        table.columns.push_back(column<double>("objective_" + ranking.objectives[i].name, ranking.objectives[i].unit,
                                               ranking.objectives[i].name, ranking,
                                               [i](const N& n) { return n.objectives[i]; }));
    table.columns.push_back(
        column<double>("params", "count", "trainable parameters", ranking, [](const N& n) { return n.params; }));
    table.columns.push_back(
        column<double>("macs", "count", "multiply-accumulates per sample", ranking, [](const N& n) { return n.macs; }));
    table.columns.push_back(column<double>("memory_bytes", "bytes", "most activations alive at a time", ranking,
                                           [](const N& n) { return n.memory_bytes; }));
    table.columns.push_back(
        column<double>("latency_ms", "ms", "predicted latency", ranking, [](const N& n) { return n.latency_ms; }));
    table.columns.push_back(
        column<double>("energy_mj", "mJ", "energy per sample", ranking, [](const N& n) { return n.energy_mj; }));
    table.columns.push_back(
        column<std::string>("arch", "", "architecture", ranking, [](const N& n) { return n.arch; }));
    return table;
}

std::string format_ranking(const ScoreRanking& ranking) {
    const bool latency = knows(ranking, &ScoredNetwork::latency_ms), energy = knows(ranking, &ScoredNetwork::energy_mj);
    const bool several = ranking.objectives.size() > 1;
    std::vector<std::size_t> shown;  // params, MACs, latency and energy have columns of their own
    for (std::size_t i = 0; i < ranking.objectives.size(); ++i) {
        const std::string& name = ranking.objectives[i].name;
        if (i == 0 || !ranking.computed ||
            (name != "params" && name != "macs" && name != "latency_ms" && name != "energy_mj"))
            shown.push_back(i);
    }
    std::string text = fmt::format("{:>4} {:>9}", "rank", "candidate");
    for (const std::size_t i : shown) text += fmt::format(" {:>12}", ranking.objectives[i].name);
    if (ranking.computed) text += fmt::format(" {:>10} {:>12}", "params", "MACs");
    if (latency) text += fmt::format(" {:>12}", "latency (ms)");
    if (energy) text += fmt::format(" {:>12}", "energy (mJ)");
    text += "  architecture\n";
    for (const ScoredNetwork& n : ranking.networks) {
        text += fmt::format("{:>4} {:>9}", fmt::format("{}{}", several && n.front ? "*" : "", n.rank), n.candidate);
        for (const std::size_t i : shown) text += fmt::format(" {:>12.6g}", n.objectives[i]);
        if (ranking.computed) text += fmt::format(" {:>10.0f} {:>12.0f}", n.params, n.macs);
        if (latency) text += fmt::format(" {:>12.4f}", n.latency_ms);
        if (energy) text += fmt::format(" {:>12.4f}", n.energy_mj);
        text += "  " + n.arch + "\n";
    }
    if (several) text += fmt::format("'*': on the Pareto front of {} networks\n", ranking.n_front);
    text += fmt::format("{} networks {}, {} failed, {} {}\n", ranking.n_ok, ranking.computed ? "scored" : "looked up",
                        ranking.n_failed, ranking.n_infeasible,
                        ranking.computed ? "outside the limits" : "not in the table");
    return text;
}

}  // namespace hpnas
