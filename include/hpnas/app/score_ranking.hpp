#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hpnas/app/workbench.hpp"
#include "hpnas/store/result_store.hpp"

namespace hpnas {

/// One network of the final list of a search by scores.
struct ScoredNetwork {
    std::int64_t rank = 0;  ///< from 1, by the first objective
    std::int64_t candidate = -1;
    bool front = false;              ///< no other candidate is better in one objective and as good in all others
    std::vector<double> objectives;  ///< as scores and costs are read: larger or smaller is better
    double params = 0, macs = 0;
    double memory_bytes = 0;
    double latency_ms = 0;  ///< predicted; NaN: unknown
    double energy_mj = 0;   ///< NaN: unknown
    std::string arch;       ///< in the space's own notation
};

/// What a search by scores found.
struct ScoreRanking {
    std::vector<std::string> objectives;  ///< names; objectives beyond the first make a front
    std::vector<ScoredNetwork> networks;  ///< by rank
    std::int64_t n_ok = 0, n_failed = 0, n_infeasible = 0;
    std::int64_t n_front = 0;  ///< candidates on the front, listed or not
};

/// The best candidates by the first objective, and, where there are several objectives, the whole front behind them.
/// Nothing is measured. @param n  most that are listed by the first objective
ScoreRanking rank_by_score(Workbench& bench, const ResultStore& results, std::int64_t n);

/// /ranking of the result file.
Table ranking_table(const ScoreRanking& ranking);
/// The ranked list as text.
std::string format_ranking(const ScoreRanking& ranking);

}  // namespace hpnas
