#pragma once
#include <string>
#include <vector>

#include "hpnas/app/arch_list.hpp"
#include "hpnas/eval/score_evaluator.hpp"
#include "hpnas/store/result_store.hpp"

namespace hpnas {

/// Scores of a list of architectures, one row per line of the list, in its order.
struct ScoreTable {
    std::vector<std::string> columns;         ///< names of the metrics, then "aggregate" if there is one
    std::vector<std::string> archs;           ///< [rows] as written
    std::vector<std::size_t> lines;           ///< [rows] of the file
    std::vector<std::string> status;          ///< [rows] ok, infeasible, failed; pending: not scored yet
    std::vector<std::string> reasons;         ///< [rows] why not ok
    std::vector<std::vector<double>> values;  ///< [rows][columns], NaN where not defined
};

/// Looks the list's candidates up: candidate i is list.encodings[i].
/// @param weights  of the scores in the aggregate, one per score; empty: no aggregate. Ranks are taken over the
/// different networks that were scored
ScoreTable make_score_table(const ArchList& list, const ResultStore& results, const ScoreSet& scores,
                            const std::vector<double>& weights);

/// Writes line, arch, the columns, status and reason; whole or not at all. Numbers are exact, undefined ones empty.
/// @throws StoreError
void write_csv(const ScoreTable& table, const std::string& path);

/// The same as a table of a result file, group "scores".
Table to_result_table(const ScoreTable& table);

/// The first rows for people.
std::string format_rows(const ScoreTable& table, std::size_t n);

}  // namespace hpnas
