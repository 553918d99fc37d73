#pragma once
#include <string>
#include <vector>

#include "hpnas/config/csv_table.hpp"
#include "hpnas/eval/evaluator.hpp"
#include "hpnas/eval/evaluator_context.hpp"
#include "hpnas/search/encoding.hpp"
#include "hpnas/space/network_table.hpp"

namespace hpnas {

struct TableEvaluatorOptions {
    std::string path;
    std::vector<std::string> key{"arch"};
    std::vector<std::string> columns;
    std::vector<std::string> maximise;
    std::vector<std::string> metrics;
    std::vector<std::string> units;
    void visit(OptionVisitor& v);
};

/// Objective `table`: looks results up that were computed elsewhere (a tabular benchmark, one's own earlier trainings).
/// A row's key is the text of its key columns, one behind the other, in the space's notation; rows of one canonical
/// encoding are averaged. Objectives are the columns; where larger is better, the objective is negated and called
/// minus_<column>, and the column as it stands in the file is the first of the metrics. A network that the table lacks
/// is infeasible. Needs nothing but the space.
class TableEvaluator final : public Evaluator {
public:
    /// @throws ConfigError if the context lacks the space, or a column is unknown or named wrongly; DataError with
    ///         file:line:column if the file cannot be read, a key is none of the space's, a cell is no number, or one
    ///         of an objective is empty (one of a metric may be: NaN)
    TableEvaluator(TableEvaluatorOptions options, const EvaluatorContext& context);
    /// The same over a table that is there already. @param space  must outlive the evaluator
    TableEvaluator(const TableEvaluatorOptions& options, const SearchSpace& space, const CsvTable& table);

    std::span<const Quantity> objectives() const noexcept override { return objectives_; }
    std::span<const Quantity> metrics() const noexcept override { return metrics_; }
    std::vector<ObjectiveReading> readings() const override { return readings_; }
    /// The first column, whichever way it is searched.
    std::string_view headline() const override { return readings_.front().name; }
    /// The hash of the table.
    std::vector<std::string> facts() const override;
    /// Whether the table has a row for a canonical encoding.
    bool contains(const Encoding& canonical) const { return rows_.contains(canonical); }
    /// Different networks.
    std::size_t size() const noexcept { return rows_.size(); }

private:
    void describe(const TableEvaluatorOptions& options);
    std::optional<Evaluation> do_evaluate(const Candidate& candidate, const Poll& poll) override;

    const SearchSpace* space_;
    std::string path_;
    std::vector<Quantity> objectives_;
    std::vector<Quantity> metrics_;
    std::vector<ObjectiveReading> readings_;
    NetworkTable rows_;  // objectives' columns, then the further metrics'
};

}  // namespace hpnas
