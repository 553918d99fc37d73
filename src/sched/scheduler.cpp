#include "hpnas/sched/scheduler.hpp"

#include <fmt/format.h>

#include <memory>

#include "hpnas/comm/communicator.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/sched/manager.hpp"
#include "hpnas/sched/worker.hpp"

namespace hpnas {
namespace {

/// Replays the journal; workers are waiting already, so an error must send them away.
std::unique_ptr<Manager> make_manager(Communicator& comm, Evaluator& evaluator, SearchState state,
                                      const ScheduleOptions& options, StopToken& stop, const Log& log) {
    try {
        if (state.strategy == nullptr || state.journal == nullptr || state.results == nullptr)
            throw InternalError("run_search: rank 0 needs strategy, journal and result store");
        return std::make_unique<Manager>(comm, evaluator, state, options, stop, log);
    } catch (const Error& error) {
        dismiss_workers(comm, error.exit_code(), error.what(), log);
        throw;
    } catch (const std::exception& error) {
        dismiss_workers(comm, ExitCode::internal, error.what(), log);
        throw;
    }
}

}  // namespace

std::string schedule_text(const ScheduleOptions& options) {
    if (options.mode == ScheduleMode::asynchronous) return "asynchronous";
    return fmt::format("synchronous window={}", options.window);
}

SearchOutcome run_search(Communicator& comm, Evaluator& evaluator, SearchState state, const ScheduleOptions& options,
                         StopToken& stop, const Log& log) {
    if (!comm.is_root()) return Worker(comm, evaluator, stop).run();
    return make_manager(comm, evaluator, state, options, stop, log)->run();
}

}  // namespace hpnas
