#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hpnas/app/workbench.hpp"
#include "hpnas/store/result_store.hpp"

namespace hpnas {

/// One network of the final list of a search by scores, or by a table of known results.
struct ScoredNetwork {
    std::int64_t rank = 0;  ///< from 1, by the first objective
    std::int64_t candidate = -1;
    bool front = false;              ///< no other candidate is better in one objective and as good in all others
    std::vector<double> objectives;  ///< as scores and costs are read: larger or smaller is better
    double params = 0, macs = 0, memory_bytes = 0, energy_mj = 0;  ///< NaN: unknown
    double latency_ms = 0;                                         ///< predicted; NaN: unknown
    std::string arch;                                              ///< in the space's own notation
};

/// What such a search found.
struct ScoreRanking {
    std::vector<ObjectiveReading> objectives;  ///< those beyond the first make a front
    bool computed = true;                      ///< costs are known; false: a table of known results was searched
    std::vector<ScoredNetwork> networks;       ///< by rank
    std::int64_t n_ok = 0, n_failed = 0, n_infeasible = 0;
    std::int64_t n_front = 0;  ///< candidates on the front, listed or not
};

/// The best candidates by the first objective, and, where there are several objectives, the whole front behind them.
/// Nothing is measured. @param n  most that are listed by the first objective
/// @pre the evaluator's objectives have readings
ScoreRanking rank_by_objectives(Workbench& bench, const ResultStore& results, std::int64_t n);

/// /ranking of the result file.
Table ranking_table(const ScoreRanking& ranking);
/// The ranked list as text.
std::string format_ranking(const ScoreRanking& ranking);

}  // namespace hpnas
