// A search on MPI ranks: the same evaluations as without a communicator, also after a stop and after kill -9.
//   mpi_scheduler                    all checks that end normally
//   mpi_scheduler crash DIR RANK     kills that rank in the middle of a search in DIR
//   mpi_scheduler finish DIR         continues that search and checks its result
#include <cstdio>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "hpnas/comm/parallel_environment.hpp"
#include "hpnas/sched/screening.hpp"
#include "hpnas/sched/screening_part.hpp"
#include "sched/screening_samples.hpp"
#include "sched/search_run.hpp"

namespace {

using namespace hpnas;
using namespace hpnas::sched_test;

/// Counts mistakes of all ranks.
class Checker {
public:
    explicit Checker(Communicator& comm) : comm_(comm) {}
    void expect(bool holds, const char* what) {
        if (holds) return;
        ++mistakes_;
        std::fprintf(stderr, "rank %d: not so: %s\n", comm_.rank(), what);
    }
    int exit_code() {
        double mistakes = mistakes_;
        comm_.sum(std::span(&mistakes, 1));
        return mistakes == 0 ? 0 : 1;
    }

private:
    Communicator& comm_;
    int mistakes_ = 0;
};

/// Runs `body` with a directory of rank 0 that goes afterwards.
void in_directory(Communicator& comm, const std::function<void(const std::filesystem::path&)>& body) {
    std::optional<TemporaryDirectory> directory;
    if (comm.is_root()) directory.emplace();
    body(comm.broadcast(directory ? directory->path().string() : std::string()));
    comm.barrier();
}

void check_synchronous(Communicator& comm, Checker& checker) {
    const ScheduleOptions options = toy_schedule(ScheduleMode::synchronous);
    in_directory(comm, [&](const std::filesystem::path& directory) {
        const RunResult run = run_session(comm, directory, options);
        checker.expect(run.outcome.finished && run.outcome.evaluated == 40, "a synchronous run finishes on every rank");
        if (comm.is_root())
            checker.expect(run.table == reference_table(options), "its evaluations are those of one rank");
    });
}

void check_stop(Communicator& comm, Checker& checker) {
    const ScheduleOptions options = toy_schedule(ScheduleMode::synchronous);
    in_directory(comm, [&](const std::filesystem::path& directory) {
        const RunResult first =
            run_session(comm, directory, options, [](int, ToyEvaluator& evaluator, StopToken& stop) {
                evaluator.stop = &stop;
                evaluator.stop_at = 15;
            });
        checker.expect(!first.outcome.finished && first.outcome.reason == "test",
                       "a stop request on any rank stops every rank");
        const RunResult second = run_session(comm, directory, options);
        checker.expect(second.outcome.finished, "a stopped run continues to its end");
        if (comm.is_root())
            checker.expect(second.table == reference_table(options), "and ends with the same evaluations");
    });
}

void check_asynchronous(Communicator& comm, Checker& checker) {
    in_directory(comm, [&](const std::filesystem::path& directory) {
        const RunResult run = run_session(comm, directory, toy_schedule(ScheduleMode::asynchronous));
        double evaluations = run.evaluations;
        comm.sum(std::span(&evaluations, 1));
        checker.expect(evaluations == 40, "an asynchronous run evaluates every candidate once");
    });
}

void check_error(Communicator& comm, Checker& checker) {
    in_directory(comm, [&](const std::filesystem::path& directory) {
        bool thrown = false;
        try {
            run_session(comm, directory, toy_schedule(ScheduleMode::synchronous),
                        [](int, ToyEvaluator& evaluator, StopToken&) { evaluator.throw_at = 9; });
        } catch (const Error&) {
            thrown = true;
        }
        checker.expect(thrown, "an error on one rank is an error on every rank");
    });
}

void check_screening(Communicator& comm, Checker& checker) {
    ScreeningOptions chosen = options();
    chosen.samples = 100003;
    ScreeningPart whole(chosen);
    whole.look_at(space(), 0, chosen.samples);
    StopToken stop;
    checker.expect(screen(space(), chosen, comm, stop) == whole.result(), "screening finds what one loop finds");
}

int check_all(Communicator& comm) {
    Checker checker(comm);
    check_synchronous(comm, checker);
    check_stop(comm, checker);
    check_asynchronous(comm, checker);
    check_error(comm, checker);
    check_screening(comm, checker);
    return checker.exit_code();
}

/// The rank `victim` kills itself when it gets its 9th candidate.
int crash(Communicator& comm, const std::filesystem::path& directory, int victim) {
    run_session(comm, directory, toy_schedule(ScheduleMode::synchronous),
                [&](int rank, ToyEvaluator& evaluator, StopToken&) {
                    if (rank == victim) evaluator.kill_after = 8;
                });
    return 0;
}

int finish(Communicator& comm, const std::filesystem::path& directory) {
    Checker checker(comm);
    const ScheduleOptions options = toy_schedule(ScheduleMode::synchronous);
    std::int64_t before = 0;
    if (comm.is_root())
        for (const JournalEntry& entry : read_journal(directory / "run.journal").entries)
            before += std::holds_alternative<Evaluation>(entry) ? 1 : 0;
    // The victim had finished 8; a worker's last one may still have been on its way.
    if (comm.is_root()) checker.expect(before >= 7, "what was finished before the kill is in the journal");
    const RunResult run = run_session(comm, directory, options);
    double evaluations = run.evaluations;
    comm.sum(std::span(&evaluations, 1));
    if (comm.is_root()) {
        checker.expect(run.table == reference_table(options), "a killed run ends with the same evaluations");
        checker.expect(static_cast<std::int64_t>(evaluations) == 40 - before, "no finished evaluation is repeated");
    }
    return checker.exit_code();
}

}  // namespace

int main(int argc, char** argv) {
    ParallelEnvironment environment;
    Communicator& world = environment.world();
    const std::string mode = argc > 1 ? argv[1] : "";
    if (mode == "crash") return crash(world, argv[2], std::stoi(argv[3]));
    if (mode == "finish") return finish(world, argv[2]);
    return check_all(world);
}
