#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "hpnas/comm/communicator.hpp"
#include "hpnas/sched/scheduler.hpp"
#include "hpnas/sched/search_ledger.hpp"
#include "sched/toy_search.hpp"

namespace hpnas::sched_test {

/// What one session of a search left behind, as rank 0 saw it.
struct RunResult {
    std::vector<std::string> table;
    SearchOutcome outcome;
    int evaluations = 0;  ///< made by all ranks since this start
};

/// Changes this rank's evaluator before the run.
using Prepare = std::function<void(int rank, ToyEvaluator&, StopToken&)>;

/// One session on the ranks of `comm`, in a directory that only rank 0 opens. The result is rank 0's; outcome and
/// evaluations are every rank's own.
inline RunResult run_session(Communicator& comm, const std::filesystem::path& directory, const ScheduleOptions& options,
                             const Prepare& prepare = {}, std::size_t generation = 0) {
    ToyEvaluator evaluator(std::chrono::microseconds(2000));
    StopToken stop;
    if (prepare) prepare(comm.rank(), evaluator, stop);
    std::unique_ptr<Session> session;
    if (comm.is_root()) session = std::make_unique<Session>(directory, generation);
    RunResult result;
    result.outcome = run_search(comm, evaluator, session ? session->state() : SearchState{}, options, stop, {});
    for (const auto& [candidate, calls] : evaluator.calls) result.evaluations += calls;
    if (session) result.table = table_of(session->results);
    return result;
}

inline ScheduleOptions toy_schedule(ScheduleMode mode, std::int64_t candidates = 40) {
    ScheduleOptions options;
    options.mode = mode;
    options.candidates = candidates;
    return options;
}

/// The table that one rank, evaluating one candidate after the other, must end with: no communicator involved.
inline std::vector<std::string> reference_table(const ScheduleOptions& options, std::size_t generation = 0) {
    const TemporaryDirectory directory;
    Session session(directory.path(), generation);
    SearchLedger ledger(session.state(), options, 1, {});
    while (const auto candidate = ledger.take()) ledger.record({ToyEvaluator::value(*candidate)});
    return table_of(session.results);
}

}  // namespace hpnas::sched_test
