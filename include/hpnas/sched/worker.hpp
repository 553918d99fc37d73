#pragma once
#include <optional>

#include "hpnas/comm/communicator.hpp"
#include "hpnas/eval/evaluator.hpp"
#include "hpnas/sched/scheduler.hpp"
#include "hpnas/sched/search_message.hpp"
#include "hpnas/sched/stop.hpp"

namespace hpnas {

/// Any other rank of a search: asks rank 0 for candidates and evaluates them until it is told to leave. See run_search.
class Worker {
public:
    Worker(Communicator& comm, Evaluator& evaluator, StopToken& stop)
        : comm_(comm), evaluator_(evaluator), stop_(stop) {}
    SearchOutcome run();

private:
    void work();
    void evaluate(const Candidate& candidate);
    bool poll();
    void listen();
    void report_stop();
    SearchOutcome leave();
    void send(const SearchMessage& message);

    Communicator& comm_;
    Evaluator& evaluator_;
    StopToken& stop_;
    std::optional<Candidate> candidate_;  // to evaluate next
    bool drop_ = false;
    bool stop_reported_ = false;
};

}  // namespace hpnas
