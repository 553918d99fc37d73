#pragma once
#include <chrono>
#include <exception>
#include <string>
#include <vector>

#include "hpnas/comm/communicator.hpp"
#include "hpnas/eval/evaluator.hpp"
#include "hpnas/sched/scheduler.hpp"
#include "hpnas/sched/search_ledger.hpp"
#include "hpnas/sched/search_message.hpp"
#include "hpnas/sched/stop.hpp"

namespace hpnas {

/// Rank 0 of a search: hands out candidates, records results, and evaluates candidates itself meanwhile, serving the
/// workers from its Evaluator::Poll. See run_search.
class Manager {
public:
    Manager(Communicator& comm, Evaluator& evaluator, SearchState state, const ScheduleOptions& options,
            StopToken& stop, const Log& log);
    SearchOutcome run();

private:
    using Clock = std::chrono::steady_clock;
    void search();
    void serve();
    void receive();
    void handle(int source, SearchMessage message);
    void hand_out();
    void evaluate(const Candidate& candidate);
    bool poll();
    void finish();
    void fail(ExitCode code, const std::string& text);
    SearchOutcome outcome() const;

    Communicator& comm_;
    Evaluator& evaluator_;
    SearchState state_;
    StopToken& stop_;
    Log log_;
    SearchLedger ledger_;
    bool evaluates_;
    bool synchronous_;
    std::vector<int> idle_;       // workers that wait for a candidate, longest first
    std::vector<Evaluation> arrived_;  // received, not recorded yet
    std::exception_ptr failure_;  // raised inside poll, where the evaluator must not see it
    Clock::time_point last_poll_;
    bool dropped_ = false;  // the workers wait for LeaveMessage
};

/// Makes all workers drop what they do. @return what they had finished before they heard of it
std::vector<Evaluation> drop_workers(Communicator& comm, const Log& log);
/// Lets workers go that have dropped their work.
void release_workers(Communicator& comm, const LeaveMessage& leave);
/// Both, for an error before any work was handed out.
void dismiss_workers(Communicator& comm, ExitCode code, const std::string& text, const Log& log);

}  // namespace hpnas
