#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "hpnas/search/candidate.hpp"
#include "hpnas/store/journal.hpp"
#include "hpnas/store/provenance.hpp"
#include "hpnas/store/run_identity.hpp"
#include "hpnas/store/table.hpp"

namespace hpnas {

/// Everything that a results file holds.
struct ResultContent {
    RunIdentity identity;
    Provenance provenance;
    std::map<std::int64_t, Candidate> candidates;
    std::map<std::int64_t, Evaluation> evaluations;  ///< each has its candidate; the rows of /candidates
    std::vector<JournalEvent> events;
    std::map<std::string, Table> tables;  ///< by group
};

/// Evaluated candidates in id order: candidate_id, encoding, parent_0.., status, one column per objective and
/// deterministic metric (NaN where an evaluation has none), reason. @throws InternalError if two quantities have one
/// name.
Table candidate_table(const ResultContent& content);

/// What differs from run to run, same rows: candidate_id, wall, the metrics that are measured times.
Table timing_table(const ResultContent& content);

/// Those of them on the Pareto front of identity.pareto (status ok only): row, candidate_id, one column per quantity of
/// the front.
/// @throws InternalError if identity.pareto names nothing known.
Table pareto_table(const ResultContent& content);

/// How the front of pareto_table grew: "hypervolume" has a row for each candidate, in id order, that enlarged the
/// hypervolume (row, candidate_id, hypervolume as a share of a box), "hypervolume/box" the box (name, ideal,
/// reference), which is that of the front as it is now (search/hypervolume.hpp), and if the strategy has generations
/// "hypervolume/generations" a row for each of them (generation, candidates, hypervolume). None if no candidate is ok.
std::vector<Table> hypervolume_tables(const ResultContent& content);

/// The search space, one row per decision: name, ordered, choices as text.
Table space_table(const RunIdentity& identity);

/// Starts and stops of the run: kind, utc_s, ranks, reason.
Table event_table(const std::vector<JournalEvent>& events);

}  // namespace hpnas
