#pragma once
#include <filesystem>
#include <functional>
#include <string>

#include "hpnas/app/run_config.hpp"
#include "hpnas/app/session.hpp"
#include "hpnas/app/workbench.hpp"
#include "hpnas/sched/scheduler.hpp"
#include "hpnas/sched/stop.hpp"
#include "hpnas/store/provenance.hpp"
#include "hpnas/store/run_identity.hpp"
#include "hpnas/store/run_lock.hpp"

namespace hpnas {

/// A file of the run: "journal", "results.h5", "latency.h5", "supernet.h5", "last.h5", "best.h5", "LOCK", "STOP".
std::filesystem::path in_run(const RunConfig& config, const char* name);

/// A search of another configuration, or a training, is refused before anything is measured for it. @throws ConfigError
/// with what differs
void check_same_run(const Command& command, const RunConfig& config);

/// Makes the directory of the run; with --overwrite removes what is there, else calls `check`. @return its lock, so
/// that a second process neither measures nor discards anything in it
RunLock prepare_output(const Command& command, const RunConfig& config, const std::function<void()>& check);

/// When the run has to end: time limit, signals, stop file. Collective.
StopToken make_stop_token(Session& session, const RunConfig& config);

/// Says on rank 0 how to continue. A stop file stops every further run too, so that a job that starts itself again
/// comes to an end.
ExitCode stopped(Session& session, const RunConfig& config, const std::string& what);

/// What makes it this run: resolved configuration, space, quantities, and the facts beyond the configuration that
/// decide results (threads, images, networks that encodings stand for, Evaluator::facts(), and `more` as lines
/// "facts.key=value").
RunIdentity make_identity(Workbench& bench, int threads, const std::vector<std::string>& more = {});

/// run_search on all ranks; an error is thrown on every rank.
SearchOutcome search_together(Session& session, Workbench& bench, const SearchState& state,
                              const ScheduleOptions& options, StopToken& stop);

/// Of the data set, for the result file.
Provenance::Attributes dataset_attributes(const ImageTask& task);
Provenance::Attributes dataset_attributes(const Task& task);
/// Of all that networks are trained and judged on.
std::uint64_t data_hash(const Task& task);

}  // namespace hpnas
