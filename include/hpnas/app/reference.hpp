#pragma once
#include "hpnas/app/session.hpp"
#include "hpnas/app/workbench.hpp"
#include "hpnas/eval/candidate_filter.hpp"
#include "hpnas/sched/stop.hpp"
#include "hpnas/store/journal.hpp"
#include "hpnas/store/result_store.hpp"

namespace hpnas {

/// Puts composite scores on the scale of this space: random networks that keep the limits, drawn from the run's seed,
/// are scored, each by some rank, and every rank gets all of them. The sample is kept in the journal, piece by
/// piece: a continued run scores what is missing. Collective; does nothing if no score needs it, but warns where scores
/// will be slow because OpenBLAS does not know the processor.
/// @param journal, results, filter  on rank 0
/// @return false if a stop was requested before the end
/// @throws ConfigError if no network keeps the limits; DataError if a term is not defined for any
bool prepare_reference(Session& session, Workbench& bench, Journal* journal, ResultStore* results,
                       CandidateFilter* filter, StopToken& stop);

}  // namespace hpnas
