#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

#include "hpnas/comm/thread_communicator.hpp"
#include "hpnas/sched/scheduler.hpp"
#include "sched/search_run.hpp"

namespace hpnas {
namespace {

using namespace sched_test;

/// A session on n threads as ranks; the outcomes of all ranks must agree.
RunResult run_on(int n, const std::filesystem::path& directory, const ScheduleOptions& options,
                 const Prepare& prepare = {}, std::size_t generation = 0) {
    RunResult root;
    std::vector<SearchOutcome> outcomes(static_cast<std::size_t>(n));
    std::atomic<int> evaluations{0};
    run_ranks(n, [&](Communicator& comm) {
        const RunResult mine = run_session(comm, directory, options, prepare, generation);
        outcomes[static_cast<std::size_t>(comm.rank())] = mine.outcome;
        evaluations += mine.evaluations;
        if (comm.is_root()) root = mine;
    });
    for (const SearchOutcome& outcome : outcomes) {
        EXPECT_EQ(outcome.finished, root.outcome.finished);
        EXPECT_EQ(outcome.reason, root.outcome.reason);
        EXPECT_EQ(outcome.evaluated, root.outcome.evaluated);
        EXPECT_EQ(outcome.failed, root.outcome.failed);
    }
    root.evaluations = evaluations;
    return root;
}

RunResult run_fresh(int n, const ScheduleOptions& options, const Prepare& prepare = {}, std::size_t generation = 0) {
    const TemporaryDirectory directory;
    return run_on(n, directory.path(), options, prepare, generation);
}

TEST(Scheduler, SynchronousRunIsTheSameOnAnyNumberOfRanks) {
    const ScheduleOptions options = toy_schedule(ScheduleMode::synchronous);
    for (const std::size_t generation : {0U, 6U}) {
        const auto reference = reference_table(options, generation);
        ASSERT_EQ(reference.size(), 40U);
        for (const int n : {1, 2, 4}) {
            const RunResult run = run_fresh(n, options, {}, generation);
            EXPECT_EQ(run.table, reference) << n << " ranks";
            EXPECT_TRUE(run.outcome.finished);
            EXPECT_EQ(run.evaluations, 40);  // nothing is evaluated twice
        }
    }
}

TEST(Scheduler, FailedCandidatesAreRecordedAndTheSearchGoesOn) {
    const RunResult run = run_fresh(2, toy_schedule(ScheduleMode::synchronous));
    EXPECT_EQ(run.outcome.evaluated, 40);
    EXPECT_EQ(run.outcome.failed, 5);  // ids 6, 13, 20, 27, 34
}

TEST(Scheduler, AsynchronousRunEvaluatesEachCandidateOnce) {
    for (const int n : {1, 2, 4}) {
        const RunResult run = run_fresh(n, toy_schedule(ScheduleMode::asynchronous));
        EXPECT_EQ(run.table.size(), 40U);
        EXPECT_EQ(run.evaluations, 40);
    }
}

TEST(Scheduler, AllRanksEvaluateAndRankZeroToo) {
    for (const bool dedicated : {false, true}) {
        ScheduleOptions options = toy_schedule(ScheduleMode::asynchronous, 60);
        options.dedicated_manager = dedicated;
        std::vector<int> counts(3);
        const TemporaryDirectory directory;
        run_ranks(3, [&](Communicator& comm) {
            counts[static_cast<std::size_t>(comm.rank())] = run_session(comm, directory.path(), options).evaluations;
        });
        EXPECT_EQ(counts[0] == 0, dedicated);
        EXPECT_GT(counts[1], 0);
        EXPECT_GT(counts[2], 0);
        EXPECT_EQ(counts[0] + counts[1] + counts[2], 60);
    }
}

TEST(Scheduler, LoneRankEvaluatesEvenAsDedicatedManager) {
    ScheduleOptions options = toy_schedule(ScheduleMode::synchronous, 10);
    options.dedicated_manager = true;
    EXPECT_EQ(run_fresh(1, options).table, reference_table(options));
}

TEST(Scheduler, ZeroCandidatesIsFinishedAtOnce) {
    for (const int n : {1, 3}) {
        const RunResult run = run_fresh(n, toy_schedule(ScheduleMode::synchronous, 0));
        EXPECT_TRUE(run.outcome.finished);
        EXPECT_EQ(run.evaluations, 0);
    }
}

/// Whichever rank gets candidate 15 is asked to stop then.
void stop_at_15(int, ToyEvaluator& evaluator, StopToken& stop) {
    evaluator.stop = &stop;
    evaluator.stop_at = 15;
}

TEST(Scheduler, StoppedRunContinuesToTheSameEvaluationsOnAnotherNumberOfRanks) {
    const ScheduleOptions options = toy_schedule(ScheduleMode::synchronous);
    const auto reference = reference_table(options);
    for (const int n : {1, 2, 4})
        for (const int m : {1, 2, 4}) {
            const TemporaryDirectory directory;
            const RunResult first = run_on(n, directory.path(), options, stop_at_15);
            EXPECT_FALSE(first.outcome.finished);
            EXPECT_EQ(first.outcome.reason, "test");
            EXPECT_LT(first.table.size(), 40U);
            const RunResult second = run_on(m, directory.path(), options);
            EXPECT_TRUE(second.outcome.finished);
            EXPECT_EQ(second.table, reference) << n << " then " << m << " ranks";
            EXPECT_EQ(second.evaluations,
                      40 - static_cast<int>(first.table.size()));  // what was finished is not redone
        }
}

TEST(Scheduler, StopRequestedOnAnIdleRankStopsAll) {
    // Window 1: one rank computes, the others wait. The request comes from rank 1's token before it ever gets work.
    ScheduleOptions options = toy_schedule(ScheduleMode::synchronous, 1000);
    options.window = 1;
    const RunResult run = run_fresh(3, options, [](int rank, ToyEvaluator&, StopToken& stop) {
        if (rank == 1) stop.request("signal 10");
    });
    EXPECT_FALSE(run.outcome.finished);
    EXPECT_EQ(run.outcome.reason, "signal 10");
}

TEST(Scheduler, AsynchronousRunContinues) {
    const ScheduleOptions options = toy_schedule(ScheduleMode::asynchronous);
    const TemporaryDirectory directory;
    const RunResult first = run_on(2, directory.path(), options, stop_at_15);
    EXPECT_FALSE(first.outcome.finished);
    const RunResult second = run_on(4, directory.path(), options);
    EXPECT_TRUE(second.outcome.finished);
    EXPECT_EQ(second.table.size(), 40U);
    for (const std::string& line : first.table)
        EXPECT_NE(std::find(second.table.begin(), second.table.end(), line), second.table.end());
}

TEST(Scheduler, FinishedRunIsDoneAtOnceWhenStartedAgain) {
    const ScheduleOptions options = toy_schedule(ScheduleMode::synchronous, 12);
    const TemporaryDirectory directory;
    const RunResult first = run_on(2, directory.path(), options);
    const RunResult second = run_on(3, directory.path(), options);
    EXPECT_EQ(second.evaluations, 0);
    EXPECT_EQ(second.table, first.table);
    EXPECT_TRUE(second.outcome.finished);
}

TEST(Scheduler, ErrorOnAnyRankReachesEveryRankWithItsCode) {
    for (const int n : {1, 2, 4})
        for (const ScheduleMode mode : {ScheduleMode::synchronous, ScheduleMode::asynchronous}) {
            const TemporaryDirectory directory;
            std::atomic<int> errors{0};
            run_ranks(n, [&](Communicator& comm) {
                try {
                    run_session(comm, directory.path(), toy_schedule(mode),
                                [](int, ToyEvaluator& evaluator, StopToken&) { evaluator.throw_at = 9; });
                } catch (const Error& error) {
                    EXPECT_EQ(error.exit_code(), ExitCode::internal);
                    EXPECT_NE(std::string(error.what()).find("a mistake in the program"), std::string::npos);
                    ++errors;
                }
            });
            EXPECT_EQ(errors, n);
            // What was finished before is there, and the repaired program goes on from it.
            EXPECT_EQ(run_on(n, directory.path(), toy_schedule(mode)).table.size(), 40U);
        }
}

TEST(Scheduler, ErrorBeforeTheFirstCandidateReachesEveryRank) {
    ScheduleOptions options = toy_schedule(ScheduleMode::synchronous);
    options.window = 0;
    const TemporaryDirectory directory;
    std::atomic<int> errors{0};
    run_ranks(3, [&](Communicator& comm) {
        try {
            run_session(comm, directory.path(), options);
        } catch (const Error& error) {
            EXPECT_EQ(error.exit_code(), ExitCode::config);
            ++errors;
        }
    });
    EXPECT_EQ(errors, 3);
}

TEST(Scheduler, PublishesTheResultsAtTheEnd) {
    const TemporaryDirectory directory;
    run_on(2, directory.path(), toy_schedule(ScheduleMode::synchronous, 5));
    EXPECT_TRUE(std::filesystem::exists(directory.path() / "results.h5"));
}

TEST(Scheduler, TextTellsWhatMakesSchedulesDifferent) {
    ScheduleOptions options = toy_schedule(ScheduleMode::synchronous);
    options.window = 3;
    EXPECT_EQ(schedule_text(options), "synchronous window=3");
    EXPECT_EQ(schedule_text(toy_schedule(ScheduleMode::asynchronous)), "asynchronous");
}

}  // namespace
}  // namespace hpnas
