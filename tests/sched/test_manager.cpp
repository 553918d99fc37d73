#include <gtest/gtest.h>

#include <optional>
#include <set>

#include "hpnas/comm/thread_communicator.hpp"
#include "hpnas/sched/manager.hpp"
#include "sched/scripted.hpp"
#include "sched/search_run.hpp"

namespace hpnas {
namespace {

using namespace sched_test;

/// What a run left behind.
struct ManagerRun {
    std::set<std::int64_t> journaled;  // candidates whose results the journal holds
    JournalEvent last_event;
    std::optional<SearchOutcome> outcome;  // empty: it threw
    ExitCode code = ExitCode::ok;
    std::string error;
};

/// The real manager as rank 0, and what stands around it in a test: workers that do what `worker` says.
struct Scene {
    int ranks = 2;
    ScheduleOptions options = toy_schedule(ScheduleMode::synchronous, 10);
    std::function<void(Communicator&)> before;  ///< workers: done before the manager looks for messages
    std::function<void(Communicator&)> worker;
    ScriptedEvaluator::Script evaluate = [](const Candidate& c, const Evaluator::Poll&) { return result_of(c.id); };
    StopToken stop;

    ManagerRun play() {
        const TemporaryDirectory directory;
        ManagerRun run;
        run_ranks(ranks, [&](Communicator& comm) {
            if (!comm.is_root() && before) before(comm);
            comm.barrier();
            if (comm.is_root()) {
                manage(comm, directory.path(), run);
            } else {
                worker(comm);
            }
        });
        for (const JournalEntry& entry : read_journal(directory.path() / "run.journal").entries) {
            if (const auto* e = std::get_if<Evaluation>(&entry)) {
                EXPECT_TRUE(run.journaled.insert(e->candidate).second) << e->candidate << " is there twice";
            }
            if (const auto* event = std::get_if<JournalEvent>(&entry)) run.last_event = *event;
        }
        return run;
    }

private:
    void manage(Communicator& comm, const std::filesystem::path& directory, ManagerRun& run) {
        Session session(directory);
        ScriptedEvaluator evaluator(evaluate);
        try {
            run.outcome = Manager(comm, evaluator, session.state(), options, stop, {}).run();
        } catch (const Error& error) {
            run.code = error.exit_code();
            run.error = error.what();
        }
    }
};

Scene dedicated(int ranks, ScheduleMode mode, std::int64_t candidates) {
    Scene scene;
    scene.ranks = ranks;
    scene.options = toy_schedule(mode, candidates);
    scene.options.dedicated_manager = true;
    return scene;
}

/// The end of a worker's part.
LeaveMessage leave(Communicator& comm) {
    say(comm, 0, GoodbyeMessage{});
    return expect<LeaveMessage>(comm, 0);
}

TEST(Manager, ResultThatArrivesTogetherWithAnErrorIsKept) {
    Scene scene = dedicated(2, ScheduleMode::synchronous, 10);
    scene.before = [](Communicator& comm) {  // candidate 0 exists as soon as the manager does
        say(comm, 0, ResultMessage{result_of(0)});
        say(comm, 0, ErrorMessage{ExitCode::data, "no images"});
    };
    scene.worker = [](Communicator& comm) {
        expect<DropMessage>(comm, 0);
        const LeaveMessage end = leave(comm);
        EXPECT_TRUE(end.error);
        EXPECT_EQ(end.code, ExitCode::data);
        EXPECT_EQ(end.text, "rank 1: no images");
    };
    const ManagerRun run = scene.play();
    EXPECT_EQ(run.code, ExitCode::data);
    EXPECT_EQ(run.error, "rank 1: no images");
    EXPECT_EQ(run.journaled, (std::set<std::int64_t>{0}));
}

TEST(Manager, ResultHandedInAfterAnErrorElsewhereIsKept) {
    for (const ScheduleMode mode : {ScheduleMode::synchronous, ScheduleMode::asynchronous}) {
        Scene scene = dedicated(3, mode, 10);
        std::int64_t finished = -1;
        // Both wait before it begins: both get work before the one of them reports its error.
        scene.before = [](Communicator& comm) { say(comm, 0, ReadyMessage{}); };
        scene.worker = [&](Communicator& comm) {
            const auto work = expect<WorkMessage>(comm, 0);
            if (comm.rank() == 2) say(comm, 0, ErrorMessage{ExitCode::io, "disk full"});
            expect<DropMessage>(comm, 0);
            if (comm.rank() == 1) say(comm, 0, ResultMessage{result_of(finished = work.candidate.id)});
            EXPECT_EQ(leave(comm).code, ExitCode::io);
        };
        const ManagerRun run = scene.play();
        EXPECT_EQ(run.code, ExitCode::io);
        EXPECT_EQ(run.error, "rank 2: disk full");
        EXPECT_EQ(run.journaled, (std::set<std::int64_t>{finished}));
    }
}

TEST(Manager, OwnErrorKeepsTheResultsOfOthers) {
    Scene scene;
    scene.evaluate = [](const Candidate&, const Evaluator::Poll&) -> std::optional<Evaluation> {
        throw InternalError("a mistake");
    };
    std::int64_t finished = -1;
    scene.before = [](Communicator& comm) { say(comm, 0, ReadyMessage{}); };
    scene.worker = [&](Communicator& comm) {
        finished = expect<WorkMessage>(comm, 0).candidate.id;
        expect<DropMessage>(comm, 0);
        say(comm, 0, ResultMessage{result_of(finished)});
        const LeaveMessage end = leave(comm);
        EXPECT_TRUE(end.error);
        EXPECT_EQ(end.text, "a mistake");
    };
    const ManagerRun run = scene.play();
    EXPECT_EQ(run.code, ExitCode::internal);
    EXPECT_EQ(run.journaled, (std::set<std::int64_t>{finished}));
}

TEST(Manager, OwnResultIsKeptWhenTheErrorComesDuringItsEvaluation) {
    Scene scene;
    std::int64_t own = -1;
    scene.evaluate = [&](const Candidate& c, const Evaluator::Poll& poll) {
        while (poll()) continue;  // false: the error arrived
        return result_of(own = c.id);
    };
    scene.before = [](Communicator& comm) { say(comm, 0, ReadyMessage{}); };
    scene.worker = [](Communicator& comm) {
        expect<WorkMessage>(comm, 0);
        say(comm, 0, ErrorMessage{ExitCode::data, "no images"});
        expect<DropMessage>(comm, 0);
        leave(comm);
    };
    const ManagerRun run = scene.play();
    EXPECT_EQ(run.code, ExitCode::data);
    EXPECT_EQ(run.journaled, (std::set<std::int64_t>{own}));
}

TEST(Manager, ResultHandedInAfterAStopIsRecorded) {
    for (const ScheduleMode mode : {ScheduleMode::synchronous, ScheduleMode::asynchronous}) {
        Scene scene = dedicated(2, mode, 10);
        scene.worker = [](Communicator& comm) {
            say(comm, 0, ReadyMessage{});
            const auto work = expect<WorkMessage>(comm, 0);
            say(comm, 0, StopMessage{"signal 10"});
            expect<DropMessage>(comm, 0);
            say(comm, 0, ResultMessage{result_of(work.candidate.id)});
            const LeaveMessage end = leave(comm);
            EXPECT_FALSE(end.error);
            EXPECT_EQ(end.outcome.evaluated, 1);
        };
        const ManagerRun run = scene.play();
        ASSERT_TRUE(run.outcome.has_value()) << run.error;
        EXPECT_FALSE(run.outcome->finished);
        EXPECT_EQ(run.outcome->evaluated, 1);
        EXPECT_EQ(run.journaled, (std::set<std::int64_t>{0}));
        EXPECT_EQ(run.last_event.kind, JournalEvent::Kind::stop);
        EXPECT_EQ(run.last_event.reason, "signal 10");
    }
}

TEST(Manager, RunThatIsDoneIsFinishedThoughAStopWasRequested) {
    Scene scene = dedicated(2, ScheduleMode::synchronous, 1);
    scene.worker = [](Communicator& comm) {
        say(comm, 0, ReadyMessage{});
        const auto work = expect<WorkMessage>(comm, 0);
        say(comm, 0, StopMessage{"signal 10"});
        say(comm, 0, ResultMessage{result_of(work.candidate.id)});  // the last one of the budget
        expect<DropMessage>(comm, 0);
        EXPECT_TRUE(leave(comm).outcome.finished);
    };
    const ManagerRun run = scene.play();
    ASSERT_TRUE(run.outcome.has_value()) << run.error;
    EXPECT_TRUE(run.outcome->finished);
    EXPECT_EQ(run.outcome->reason, "");
    EXPECT_EQ(run.last_event.kind, JournalEvent::Kind::finish);
    EXPECT_EQ(run.last_event.reason, "");
}

TEST(Manager, StopRequestedWhileItOnlyWaitsEndsTheRun) {
    for (const bool is_dedicated : {false, true}) {
        Scene scene = dedicated(2, ScheduleMode::synchronous, 10);
        scene.options.dedicated_manager = is_dedicated;
        scene.options.window = 1;  // one candidate exists; the worker has it and gives no result
        scene.before = [](Communicator& comm) { say(comm, 0, ReadyMessage{}); };
        scene.worker = [](Communicator& comm) {
            EXPECT_EQ(expect<WorkMessage>(comm, 0).candidate.id, 0);
            say(comm, 0, StopMessage{"time limit"});
            expect<DropMessage>(comm, 0);
            EXPECT_EQ(leave(comm).outcome.reason, "time limit");
        };
        const ManagerRun run = scene.play();
        ASSERT_TRUE(run.outcome.has_value()) << run.error;
        EXPECT_FALSE(run.outcome->finished);
        EXPECT_TRUE(run.journaled.empty());
    }
}

TEST(Manager, NothingIsHandedOutAfterAStop) {
    Scene scene = dedicated(2, ScheduleMode::synchronous, 10);
    scene.stop.request("signal 10");
    scene.before = [](Communicator& comm) { say(comm, 0, ReadyMessage{}); };
    scene.worker = [](Communicator& comm) {
        expect<DropMessage>(comm, 0);  // no work before it
        EXPECT_EQ(leave(comm).outcome.reason, "signal 10");
    };
    EXPECT_FALSE(scene.play().outcome->finished);
}

TEST(Manager, DedicatedOneNeverEvaluatesAndServesTheLongestWaitingFirst) {
    Scene scene = dedicated(2, ScheduleMode::synchronous, 6);
    scene.evaluate = [](const Candidate&, const Evaluator::Poll&) -> std::optional<Evaluation> {
        throw InternalError("the dedicated manager evaluated");
    };
    scene.worker = [](Communicator& comm) {
        say(comm, 0, ReadyMessage{});
        for (std::int64_t id = 0; id < 6; ++id) {
            EXPECT_EQ(expect<WorkMessage>(comm, 0).candidate.id, id);
            say(comm, 0, ResultMessage{result_of(id)});
        }
        expect<DropMessage>(comm, 0);
        EXPECT_EQ(leave(comm).outcome.evaluated, 6);
    };
    EXPECT_EQ(scene.play().journaled.size(), 6U);
}

TEST(Manager, EvaluatorThatGivesUpUnaskedIsAMistake) {
    Scene scene;
    scene.evaluate = [](const Candidate&, const Evaluator::Poll&) { return std::nullopt; };
    scene.worker = [](Communicator& comm) {
        expect<DropMessage>(comm, 0);
        EXPECT_EQ(leave(comm).code, ExitCode::internal);
    };
    EXPECT_NE(scene.play().error.find("gave up though nobody asked it to"), std::string::npos);
}

TEST(Manager, MessageThatNoWorkerSendsEndsTheRun) {
    Scene scene;
    scene.before = [](Communicator& comm) { say(comm, 0, DropMessage{}); };
    scene.worker = [](Communicator& comm) {
        expect<DropMessage>(comm, 0);
        EXPECT_TRUE(leave(comm).error);
    };
    EXPECT_NE(scene.play().error.find("rank 1: sent a message of kind 5"), std::string::npos);
}

}  // namespace
}  // namespace hpnas
