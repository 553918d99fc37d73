#include "hpnas/eval/table_evaluator.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

bool holds(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

void check_options(const TableEvaluatorOptions& options) {
    if (options.columns.empty() || options.key.empty())
        throw ConfigError("objective 'table': expected at least one column and one key column");
    for (const std::string& name : options.maximise)
        if (!holds(options.columns, name))
            throw ConfigError(fmt::format("objective 'table': maximise: '{}' is none of the columns {}", name,
                                          fmt::join(options.columns, ", ")));
    if (!options.units.empty() && options.units.size() != options.columns.size())
        throw ConfigError(fmt::format("objective 'table': units: expected one for each of {} columns, got {}",
                                      options.columns.size(), options.units.size()));
    std::vector<std::string> all = options.columns;
    all.insert(all.end(), options.metrics.begin(), options.metrics.end());
    std::sort(all.begin(), all.end());
    if (const auto twice = std::adjacent_find(all.begin(), all.end()); twice != all.end())
        throw ConfigError(fmt::format("objective 'table': the column '{}' is named twice", *twice));
}

const SearchSpace& space_of(const EvaluatorContext& context) {
    if (context.space == nullptr) throw ConfigError("objective 'table': needs a space");
    return *context.space;
}

CsvTable checked_load(const TableEvaluatorOptions& options) {
    check_options(options);
    return CsvTable::load(options.path);
}

/// The objectives' columns, then those of the further metrics.
std::vector<std::string> columns_of(const TableEvaluatorOptions& options) {
    check_options(options);
    std::vector<std::string> columns = options.columns;
    columns.insert(columns.end(), options.metrics.begin(), options.metrics.end());
    return columns;
}

}  // namespace

void TableEvaluatorOptions::visit(OptionVisitor& v) {
    v.text({.name = "path", .doc = "CSV file with a header", .required = true}, path);
    v.texts({"key", "columns whose texts, joined, are the network in the space's notation"}, key);
    v.texts({.name = "columns", .doc = "columns that are the objectives", .required = true}, columns);
    v.texts({"maximise", "those of them of which larger is better"}, maximise);
    v.texts({"units", "a unit for each of them (\"%\", \"ms\"); left out: none"}, units);
    v.texts({"metrics", "further columns to report; empty cells are allowed"}, metrics);
}

TableEvaluator::TableEvaluator(TableEvaluatorOptions options, const EvaluatorContext& context)
    : TableEvaluator(options, space_of(context), checked_load(options)) {}

TableEvaluator::TableEvaluator(const TableEvaluatorOptions& options, const SearchSpace& space, const CsvTable& table)
    : space_(&space),
      path_(options.path),
      rows_(table, space, options.key, columns_of(options), options.columns.size()) {
    describe(options);
}

std::vector<std::string> TableEvaluator::facts() const { return {fmt::format("facts.table=x{:016x}", rows_.hash())}; }

void TableEvaluator::describe(const TableEvaluatorOptions& options) {
    for (std::size_t i = 0; i < options.columns.size(); ++i) {
        const std::string& name = options.columns[i];
        const std::string unit = options.units.empty() ? "1" : options.units[i];
        const bool maximise = holds(options.maximise, name);
        objectives_.push_back({maximise ? "minus_" + name : name, unit, maximise ? "tabulated, negated" : "tabulated"});
        if (maximise) metrics_.push_back({name, unit, "tabulated", true});
        readings_.push_back({name, maximise, unit});
    }
    for (const std::string& name : options.metrics) metrics_.push_back({name, "1", "tabulated"});
}

std::optional<Evaluation> TableEvaluator::do_evaluate(const Candidate& candidate, const Poll&) {
    Evaluation evaluation;
    const std::span<const double> means = rows_.find(candidate.encoding);
    if (means.empty()) {
        evaluation.status = EvalStatus::infeasible;
        evaluation.reason = fmt::format("{} is not in {}", space_->format(candidate.encoding), path_);
        return evaluation;
    }
    for (std::size_t i = 0; i < means.size(); ++i) {
        const bool objective = i < readings_.size();
        if (objective) evaluation.objectives.push_back(readings_[i].negated ? -means[i] : means[i]);
        if (!objective || readings_[i].negated) evaluation.metrics.push_back(means[i]);
    }
    return evaluation;
}

}  // namespace hpnas
