#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "hpnas/core/log.hpp"
#include "hpnas/core/units.hpp"
#include "hpnas/search/candidate.hpp"

namespace hpnas {

class Communicator;
class Evaluator;
class Journal;
class ResultStore;
class StopToken;
class Strategy;

/// How evaluations reach the strategy.
enum class ScheduleMode {
    /// Results are told in id order, and candidate k is asked exactly when all results up to k - window are told: the
    /// same
    /// proposals for any number of ranks, without a barrier between generations. Keeps up to `window` ranks busy.
    synchronous,
    /// Results are told as they come in and a candidate is asked when a rank is free: no rank waits. Reproducible by
    /// replay only.
    asynchronous,
};

struct ScheduleOptions {
    ScheduleMode mode = ScheduleMode::synchronous;
    std::int64_t candidates = 100;   ///< budget: candidates asked in all, earlier starts of the run included
    std::int64_t window = 8;         ///< >= 1; synchronous only; part of the run's identity
    bool dedicated_manager = false;  ///< rank 0 only serves (if there are other ranks): for very many ranks
    Seconds progress{10};            ///< at most one progress line per period; 0: one per finished candidate
    std::string headline;            ///< metric that progress lines show; empty or none of them: the first objective
    /// Representative of an encoding; candidates with the same one are evaluated once and answered from the store after
    /// that. Empty: encodings are compared as they are.
    std::function<Encoding(const Encoding&)> canonical;
};

/// "synchronous window=8" or "asynchronous": a run is continued only under the same.
std::string schedule_text(const ScheduleOptions& options);

/// What rank 0 brings along; empty (nullptr) on the other ranks.
struct SearchState {
    Strategy* strategy = nullptr;  ///< fresh: the journal is replayed into it
    Journal* journal = nullptr;
    ResultStore* results = nullptr;
};

struct SearchOutcome {
    bool finished = false;       ///< budget used up or strategy exhausted; false: stopped on request, continue later
    std::string reason;          ///< why it stopped
    std::int64_t evaluated = 0;  ///< results in the journal
    std::int64_t failed = 0;     ///< of which neither ok nor infeasible
};

/// Runs a search: collective over all ranks. Rank 0 asks, journals, tells and publishes; all ranks evaluate, rank 0
/// too: while it evaluates, it serves the others between training steps (Evaluator::Poll). An evaluation is journaled
/// and synced before the strategy is told; a run that the journal holds already is continued: its asks and tells are
/// repeated, and what was asked but not finished is evaluated again. The candidate that a stop request interrupts is
/// not recorded.
/// @return the same outcome on every rank
/// @throws ConfigError if the strategy does not repeat the recorded proposals (program or configuration changed); any
/// rank's
///         error, on every rank with its exit code.
SearchOutcome run_search(Communicator& comm, Evaluator& evaluator, SearchState state, const ScheduleOptions& options,
                         StopToken& stop, const Log& log);

}  // namespace hpnas
