#include "hpnas/app/score_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

#include "hpnas/core/error.hpp"
#include "hpnas/score/rank_aggregate.hpp"

namespace hpnas {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

std::string status_text(const Evaluation* evaluation) {
    if (evaluation == nullptr) return "pending";
    switch (evaluation->status) {
        case EvalStatus::ok:
            return "ok";
        case EvalStatus::infeasible:
            return "infeasible";
        case EvalStatus::failed:
            return "failed";
    }
    return "failed";
}

/// Aggregate per network of the list, NaN for those that are not scored yet.
std::vector<double> aggregate(const std::vector<const Evaluation*>& evaluations, const RunIdentity& identity,
                              const ScoreSet& scores, const std::vector<double>& weights) {
    std::vector<std::size_t> scored;
    for (std::size_t i = 0; i < evaluations.size(); ++i)
        if (evaluations[i] != nullptr) scored.push_back(i);
    std::vector<RankedColumn> columns;
    for (std::size_t s = 0; s < scores.entries().size(); ++s) {
        const ScoreSet::Entry& entry = scores.entries()[s];
        const auto metric = std::find_if(identity.metrics.begin(), identity.metrics.end(),
                                         [&](const Quantity& q) { return q.name == entry.label; });
        const auto place = static_cast<std::size_t>(metric - identity.metrics.begin());
        const double sign = entry.score->info().larger_is_better ? 1 : -1;
        RankedColumn column{{}, weights[s]};
        for (const std::size_t i : scored) column.values.push_back(sign * evaluations[i]->metrics[place]);
        columns.push_back(std::move(column));
    }
    const std::vector<double> sums = aggregate_ranks(columns);
    std::vector<double> result(evaluations.size(), unknown);
    for (std::size_t i = 0; i < scored.size(); ++i) result[scored[i]] = sums[i];
    return result;
}

std::string number(double value) { return std::isnan(value) ? "" : fmt::format("{}", value); }

}  // namespace

ScoreTable make_score_table(const ArchList& list, const ResultStore& results, const ScoreSet& scores,
                            const std::vector<double>& weights) {
    std::vector<const Evaluation*> evaluations;
    for (std::size_t i = 0; i < list.encodings.size(); ++i)
        evaluations.push_back(results.find(static_cast<std::int64_t>(i)));
    ScoreTable table;
    for (const Quantity& metric : results.identity().metrics) table.columns.push_back(metric.name);
    std::vector<double> sums;
    if (!weights.empty()) {
        sums = aggregate(evaluations, results.identity(), scores, weights);
        table.columns.emplace_back("aggregate");
    }
    for (std::size_t row = 0; row < list.text.size(); ++row) {
        const Evaluation* evaluation = evaluations[list.network[row]];
        table.archs.push_back(list.text[row]);
        table.lines.push_back(list.lines[row]);
        table.status.push_back(status_text(evaluation));
        table.reasons.push_back(evaluation != nullptr ? evaluation->reason : "");
        std::vector<double> values(results.identity().metrics.size(), unknown);
        if (evaluation != nullptr) values = evaluation->metrics;
        if (!sums.empty()) values.push_back(sums[list.network[row]]);
        table.values.push_back(std::move(values));
    }
    return table;
}

void write_csv(const ScoreTable& table, const std::string& path) {
    const std::string part = path + ".part";
    {
        std::ofstream out(part);
        std::string heading = "line,arch";
        for (const std::string& column : table.columns) heading += "," + csv_field(column);
        out << heading << ",status,reason\n";
        for (std::size_t row = 0; row < table.archs.size(); ++row) {
            out << table.lines[row] << ',' << csv_field(table.archs[row]);
            for (const double value : table.values[row]) out << ',' << number(value);
            out << ',' << table.status[row] << ',' << csv_field(table.reasons[row]) << '\n';
        }
        out.flush();
        if (!out) throw StoreError(path + ": cannot be written", ExitCode::cannot_create);
    }
    std::error_code error;
    std::filesystem::rename(part, path, error);
    if (error) throw StoreError(path + ": cannot be written: " + error.message(), ExitCode::cannot_create);
}

Table to_result_table(const ScoreTable& table) {
    std::vector<std::int64_t> lines(table.lines.begin(), table.lines.end());
    Table result{"scores", "scores in the order of the list of architectures", {}};
    result.columns.push_back({"line", "1", "line of the list's file", std::move(lines), {}});
    result.columns.push_back({"arch", "", "architecture as written", table.archs, {}});
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
        std::vector<double> values;
        for (const std::vector<double>& row : table.values) values.push_back(row[c]);
        result.columns.push_back({table.columns[c], "1", "see /candidates", std::move(values), {}});
    }
    result.columns.push_back({"status", "", "ok, infeasible, failed or pending", table.status, {}});
    return result;
}

std::string format_rows(const ScoreTable& table, std::size_t n) {
    constexpr std::size_t widest_arch = 40;
    std::string text = fmt::format("{:<{}}", "arch", widest_arch);
    for (const std::string& column : table.columns) text += fmt::format(" {:>14}", column);
    text += " status\n";
    for (std::size_t row = 0; row < std::min(n, table.archs.size()); ++row) {
        const std::string& arch = table.archs[row];
        text += fmt::format("{:<{}}", arch.size() > widest_arch ? arch.substr(0, widest_arch - 2) + ".." : arch,
                            widest_arch);
        for (const double value : table.values[row])
            text += std::isnan(value) ? fmt::format(" {:>14}", "-") : fmt::format(" {:>14.6g}", value);
        text += fmt::format(" {}\n", table.reasons[row].empty() ? table.status[row] : table.reasons[row]);
    }
    if (table.archs.size() > n) text += fmt::format("... {} more rows\n", table.archs.size() - n);
    return text;
}

}  // namespace hpnas
