#include "hpnas/store/result_tables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/search/hypervolume.hpp"

namespace hpnas {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

double value_at(const std::vector<double>& values, std::size_t i) noexcept {
    return i < values.size() ? values[i] : missing;
}

struct Range {
    std::size_t begin;
    std::size_t end;
};

/// The member `values` of every evaluation, one column per quantity of the range.
void add_quantities(Table& table, const ResultContent& content, const std::vector<Quantity>& quantities,
                    std::vector<double> Evaluation::*values, Range range) {
    for (std::size_t i = range.begin; i < std::min(range.end, quantities.size()); ++i) {
        std::vector<double> column;
        for (const auto& [id, evaluation] : content.evaluations) column.push_back(value_at(evaluation.*values, i));
        table.columns.push_back(
            {quantities[i].name, quantities[i].unit, quantities[i].doc, std::move(column), {}, quantities[i].version});
    }
}

std::vector<std::int64_t> parents_of(const ResultContent& content, std::size_t which) {
    std::vector<std::int64_t> column;
    for (const auto& [id, evaluation] : content.evaluations) {
        const auto& parents = content.candidates.at(id).parents;
        column.push_back(which < parents.size() ? parents[which] : -1);
    }
    return column;
}

void add_parents(Table& table, const ResultContent& content) {
    std::size_t most = 0;
    for (const auto& [id, evaluation] : content.evaluations)
        most = std::max(most, content.candidates.at(id).parents.size());
    for (std::size_t i = 0; i < most; ++i)
        table.columns.push_back(
            {fmt::format("parent_{}", i), "1", "candidate it was derived from; -1: none", parents_of(content, i), {}});
}

std::vector<std::int64_t> generations_of(const ResultContent& content) {
    std::vector<std::int64_t> column;
    for (const auto& [id, evaluation] : content.evaluations) column.push_back(content.candidates.at(id).generation);
    return column;
}

bool has_generations(const std::vector<std::int64_t>& generations) {
    return std::any_of(generations.begin(), generations.end(), [](std::int64_t g) { return g >= 0; });
}

void add_generation(Table& table, const ResultContent& content) {
    std::vector<std::int64_t> generations = generations_of(content);
    if (has_generations(generations))
        table.columns.push_back(
            {"generation", "1", "generation that it was proposed in; -1: none", std::move(generations), {}});
}

const Column* column_of(const Table& table, const std::string& name) {
    const auto found =
        std::find_if(table.columns.begin(), table.columns.end(), [&](const Column& c) { return c.name == name; });
    return found == table.columns.end() ? nullptr : &*found;
}

std::vector<Quantity> front_quantities(const RunIdentity& identity) {
    if (identity.pareto.empty()) return identity.objectives;
    std::vector<Quantity> all = identity.objectives;
    const auto measured = identity.metrics.begin() + static_cast<std::ptrdiff_t>(identity.deterministic_metrics());
    all.insert(all.end(), identity.metrics.begin(), measured);
    std::vector<Quantity> chosen;
    for (const std::string& name : identity.pareto) {
        const auto found = std::find_if(all.begin(), all.end(), [&](const Quantity& q) { return q.name == name; });
        if (found == all.end())
            throw InternalError(fmt::format("Pareto front: '{}' is neither objective nor metric", name));
        chosen.push_back(*found);
    }
    return chosen;
}

template <class T>
std::vector<T> pick(const std::vector<T>& values, const std::vector<std::size_t>& rows) {
    std::vector<T> picked;
    for (const std::size_t row : rows) picked.push_back(values[row]);
    return picked;
}

/// The quantities of every row as values to minimise; NaN unless the candidate is ok.
std::vector<ObjectivePoint> minimised_points(const Table& candidates, const std::vector<Quantity>& quantities) {
    const auto& status = std::get<std::vector<std::int64_t>>(column_of(candidates, "status")->values);
    std::vector<ObjectivePoint> points(status.size(), ObjectivePoint(quantities.size(), missing));
    for (std::size_t q = 0; q < quantities.size(); ++q) {
        const auto& values = std::get<std::vector<double>>(column_of(candidates, quantities[q].name)->values);
        for (std::size_t row = 0; row < values.size(); ++row)
            if (status[row] == static_cast<std::int64_t>(EvalStatus::ok))
                points[row][q] = quantities[q].maximise ? -values[row] : values[row];
    }
    return points;
}

bool has_nan(const ObjectivePoint& point) {
    return std::any_of(point.begin(), point.end(), [](double v) { return std::isnan(v); });
}

/// The box in the quantities' own sense.
Table box_table(const ObjectiveBox& box, const std::vector<Quantity>& quantities) {
    std::vector<std::string> names;
    std::vector<double> ideal, reference;
    for (std::size_t q = 0; q < quantities.size(); ++q) {
        const double sign = quantities[q].maximise ? -1 : 1;
        names.push_back(quantities[q].name);
        ideal.push_back(sign * box.ideal[q]);
        reference.push_back(sign * box.reference[q]);
    }
    Table table{"hypervolume/box", "between the best values and 1.1 times the range of the front", {}};
    table.columns.push_back({"name", "", "quantity of /pareto", std::move(names), {}});
    table.columns.push_back({"ideal", "1", "best value, in the quantity's unit", std::move(ideal), {}});
    table.columns.push_back({"reference", "1", "value that counts as nothing", std::move(reference), {}});
    return table;
}

/// What is dominated at the end of every generation. Rows are candidates in id order, so generations ascend.
/// @param enlarging  rows that enlarged the hypervolume, ascending
/// @param shares     of the box, after each of them
Table generation_table(const std::vector<std::int64_t>& generations, const std::vector<std::int64_t>& enlarging,
                       const std::vector<double>& shares) {
    std::vector<std::int64_t> numbers;
    std::vector<std::int64_t> candidates;
    std::vector<double> dominated;
    std::size_t enlarged = 0;
    for (std::size_t row = 0; row < generations.size(); ++row) {
        while (enlarged < enlarging.size() && enlarging[enlarged] <= static_cast<std::int64_t>(row)) ++enlarged;
        if (generations[row] < 0) continue;
        if (numbers.empty() || numbers.back() != generations[row]) {
            numbers.push_back(generations[row]);
            candidates.push_back(0);
            dominated.push_back(0);
        }
        ++candidates.back();
        dominated.back() = enlarged == 0 ? 0 : shares[enlarged - 1];
    }
    Table table{"hypervolume/generations", "what the front dominates, after each generation", {}};
    table.columns.push_back({"generation", "1", "generation of the strategy, from 0", std::move(numbers), {}});
    table.columns.push_back({"candidates", "count", "evaluated ones of this generation", std::move(candidates), {}});
    table.columns.push_back({"hypervolume", "1", "share of the box in /hypervolume/box", std::move(dominated), {}});
    return table;
}

}  // namespace

Table candidate_table(const ResultContent& content) {
    std::vector<std::int64_t> ids;
    std::vector<std::int64_t> status;
    std::vector<Encoding> encodings;
    std::vector<std::string> reasons;
    for (const auto& [id, evaluation] : content.evaluations) {
        ids.push_back(id);
        status.push_back(static_cast<std::int64_t>(evaluation.status));
        encodings.push_back(content.candidates.at(id).encoding);
        reasons.push_back(evaluation.reason);
    }
    Table table{"candidates", "evaluated candidates in id order", {}};
    table.columns.push_back({"candidate_id", "1", "number in proposal order", std::move(ids), {}});
    table.columns.push_back({"encoding", "1", "choice index per decision, see /space", std::move(encodings), {}});
    add_parents(table, content);
    add_generation(table, content);
    table.columns.push_back({"status", "1", "what came of it", std::move(status), {"ok", "infeasible", "failed"}});
    const RunIdentity& identity = content.identity;
    add_quantities(table, content, identity.objectives, &Evaluation::objectives, {0, identity.objectives.size()});
    add_quantities(table, content, identity.metrics, &Evaluation::metrics, {0, identity.deterministic_metrics()});
    table.columns.push_back({"reason", "", "why it is not ok", std::move(reasons), {}});
    check_table(table);
    return table;
}

Table timing_table(const ResultContent& content) {
    std::vector<std::int64_t> ids;
    std::vector<double> walls;
    for (const auto& [id, evaluation] : content.evaluations) {
        ids.push_back(id);
        walls.push_back(evaluation.wall.count());
    }
    const RunIdentity& identity = content.identity;
    Table table{"timing/candidates", "measured times, in the order of /candidates", {}};
    table.columns.push_back({"candidate_id", "1", "number in proposal order", std::move(ids), {}});
    table.columns.push_back(
        {"wall", "s", "wall time of the evaluation; 0: answered from an equal network", std::move(walls), {}});
    add_quantities(table, content, identity.metrics, &Evaluation::metrics,
                   {identity.deterministic_metrics(), identity.metrics.size()});
    check_table(table);
    return table;
}

Table pareto_table(const ResultContent& content) {
    const Table candidates = candidate_table(content);
    const std::vector<Quantity> quantities = front_quantities(content.identity);
    const auto& ids = std::get<std::vector<std::int64_t>>(candidates.columns.front().values);
    const std::vector<ObjectivePoint> points = minimised_points(candidates, quantities);
    const std::vector<std::size_t> rows = pareto_front(points, std::vector<bool>(quantities.size(), false));
    Table table{"pareto", "candidates that no other one dominates", {}};
    table.columns.push_back(
        {"row", "1", "row of /candidates", std::vector<std::int64_t>(rows.begin(), rows.end()), {}});
    table.columns.push_back({"candidate_id", "1", "number in proposal order", pick(ids, rows), {}});
    for (const Quantity& q : quantities) {
        const auto& values = std::get<std::vector<double>>(column_of(candidates, q.name)->values);
        table.columns.push_back({q.name, q.unit, q.doc, pick(values, rows), {}, q.version});
    }
    return table;
}

std::vector<Table> hypervolume_tables(const ResultContent& content) {
    const Table candidates = candidate_table(content);
    const std::vector<Quantity> quantities = front_quantities(content.identity);
    const std::vector<ObjectivePoint> points = minimised_points(candidates, quantities);
    if (std::all_of(points.begin(), points.end(), has_nan)) return {};
    const ObjectiveBox box = normalising_box(points);
    std::vector<std::int64_t> rows;
    std::vector<double> shares;
    std::vector<ObjectivePoint> front;
    double volume = 0;
    for (std::size_t row = 0; row < points.size(); ++row) {
        if (has_nan(points[row])) continue;
        const double gain = hypervolume_gain(points[row], front, box.reference);
        if (!(gain > 0)) continue;
        volume += gain;
        std::erase_if(front, [&](const ObjectivePoint& other) {
            return dominates(points[row], other, std::vector<bool>(quantities.size(), false));
        });
        front.push_back(points[row]);
        rows.push_back(static_cast<std::int64_t>(row));
        shares.push_back(volume / box.volume());
    }
    const auto& ids = std::get<std::vector<std::int64_t>>(candidates.columns.front().values);
    std::vector<std::int64_t> enlarging;
    for (const std::int64_t row : rows) enlarging.push_back(ids[static_cast<std::size_t>(row)]);
    Table curve{"hypervolume", "what the front dominates, after each candidate that enlarged it", {}};
    curve.columns.push_back({"row", "1", "row of /candidates", rows, {}});
    curve.columns.push_back({"candidate_id", "1", "number in proposal order", std::move(enlarging), {}});
    curve.columns.push_back({"hypervolume", "1", "share of the box in /hypervolume/box", shares, {}});
    std::vector<Table> tables{std::move(curve), box_table(box, quantities)};
    if (const std::vector<std::int64_t> generations = generations_of(content); has_generations(generations))
        tables.push_back(generation_table(generations, rows, shares));
    return tables;
}

Table space_table(const RunIdentity& identity) {
    std::vector<std::string> names;
    std::vector<std::int64_t> ordered;
    std::vector<std::int64_t> counts;
    std::vector<std::string> choices;
    for (const Decision& decision : identity.decisions) {
        names.push_back(decision.name);
        ordered.push_back(decision.ordered ? 1 : 0);
        counts.push_back(static_cast<std::int64_t>(decision.values.size()));
        choices.push_back(fmt::format("{}", fmt::join(decision.values, " ")));
    }
    Table table{"space", "decisions of the search space, one per column of /candidates/encoding", {}};
    table.columns.push_back({"name", "", "name of the decision", std::move(names), {}});
    table.columns.push_back({"ordered", "1", "kind of its choices", std::move(ordered), {"categorical", "ordered"}});
    table.columns.push_back({"n_choices", "count", "number of choices", std::move(counts), {}});
    table.columns.push_back({"choices", "", "their values, separated by blanks", std::move(choices), {}});
    return table;
}

Table event_table(const std::vector<JournalEvent>& events) {
    std::vector<std::int64_t> kinds;
    std::vector<double> times;
    std::vector<std::int64_t> ranks;
    std::vector<std::string> reasons;
    for (const JournalEvent& event : events) {
        kinds.push_back(static_cast<std::int64_t>(event.kind));
        times.push_back(event.utc);
        ranks.push_back(event.ranks);
        reasons.push_back(event.reason);
    }
    Table table{"timing/events", "starts and stops of the run", {}};
    table.columns.push_back({"kind", "1", "what happened", std::move(kinds), {"start", "restart", "stop", "finish"}});
    table.columns.push_back({"utc", "s", "seconds since 1970-01-01T00:00:00Z", std::move(times), {}});
    table.columns.push_back({"ranks", "count", "processes of the job", std::move(ranks), {}});
    table.columns.push_back({"reason", "", "why it stopped", std::move(reasons), {}});
    return table;
}

}  // namespace hpnas
