#pragma once
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "hpnas/app/workbench.hpp"
#include "hpnas/store/result_store.hpp"

namespace hpnas {

/// One network of the final list.
struct RankedNetwork {
    std::int64_t rank = 0;  ///< from 1; 0: measured latency misses the target
    std::int64_t candidate = -1;
    double objective = 0;
    double params = 0, macs = 0;
    double val_top1 = 0;     ///< %
    double table_ms = 0;     ///< predicted
    double measured_ms = 0;  ///< median of the whole network; NaN: the latency table is of another device
    std::string arch;        ///< in the space's own notation
    double memory_bytes = std::numeric_limits<double>::quiet_NaN(), energy_mj = memory_bytes;  ///< NaN: unknown
};

/// What is known of the finished search.
struct Ranking {
    double target_ms = 0;                 ///< infinite: none
    std::vector<RankedNetwork> networks;  ///< those that meet the target by objective, then those that do not
    double initial_mean_top1 = 0;         ///< of the strategy's own first samples within the target (%); NaN: none
    std::int64_t n_initial = 0;
};

/// Whether networks can be timed here: the latency table, if there is one, is of this device.
bool measures_finalists(Workbench& bench);

/// The best evaluated candidates whose predicted latency meets the target, measured whole on this rank if they can be
/// (nothing else may compute on the node meanwhile) and ordered. @param n_initial  candidates 0 .. n_initial - 1 are the strategy's
/// initial samples
Ranking rank_candidates(Workbench& bench, const ResultStore& results, double target_ms, std::int64_t n_initial);

/// /ranking of the result file.
Table ranking_table(const Ranking& ranking);
/// The ranked list as text.
std::string format_ranking(const Ranking& ranking);

}  // namespace hpnas
