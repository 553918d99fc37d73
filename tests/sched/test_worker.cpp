#include <gtest/gtest.h>

#include <optional>

#include "hpnas/comm/thread_communicator.hpp"
#include "hpnas/sched/worker.hpp"
#include "sched/scripted.hpp"

namespace hpnas {
namespace {

using namespace sched_test;

/// How a worker's run ended.
struct WorkerEnd {
    std::optional<SearchOutcome> outcome;  // empty: it threw
    ExitCode code = ExitCode::ok;
    std::string error;
};

/// The real worker as rank 1, against a manager that does what the test says.
WorkerEnd work(const ScriptedEvaluator::Script& evaluate, const std::function<void(Communicator&)>& manager,
               StopToken stop = {}) {
    WorkerEnd end;
    run_ranks(2, [&](Communicator& comm) {
        if (comm.is_root()) return manager(comm);
        ScriptedEvaluator evaluator(evaluate);
        try {
            end.outcome = Worker(comm, evaluator, stop).run();
        } catch (const Error& error) {
            end.code = error.exit_code();
            end.error = error.what();
        }
    });
    return end;
}

Candidate candidate(std::int64_t id) {
    Candidate c;
    c.id = id;
    c.encoding = {1, 2, 3, 4};
    return c;
}

std::optional<Evaluation> evaluate_at_once(const Candidate& c, const Evaluator::Poll&) { return result_of(c.id); }

/// Works until told to drop it.
std::optional<Evaluation> evaluate_for_ever(const Candidate&, const Evaluator::Poll& poll) {
    while (poll()) std::this_thread::sleep_for(std::chrono::microseconds(50));
    return std::nullopt;
}

void send_away(Communicator& comm, const LeaveMessage& leave) {
    say(comm, 1, DropMessage{});
    expect<GoodbyeMessage>(comm, 1);
    say(comm, 1, leave);
}

LeaveMessage by_error(ExitCode code, const std::string& text) {
    LeaveMessage leave;
    leave.error = true;
    leave.code = code;
    leave.text = text;
    return leave;
}

TEST(Worker, AsksForWorkHandsInResultsAndLeavesWithTheOutcome) {
    const WorkerEnd end = work(evaluate_at_once, [](Communicator& comm) {
        expect<ReadyMessage>(comm, 1);
        for (const std::int64_t id : {4, 9}) {
            say(comm, 1, WorkMessage{candidate(id)});
            EXPECT_EQ(expect<ResultMessage>(comm, 1).evaluation.candidate, id);
        }
        LeaveMessage leave;
        leave.outcome = {true, "", 2, 0};
        send_away(comm, leave);
    });
    ASSERT_TRUE(end.outcome.has_value()) << end.error;
    EXPECT_TRUE(end.outcome->finished);
    EXPECT_EQ(end.outcome->evaluated, 2);
}

TEST(Worker, ErrorOfItsEvaluatorGoesToRankZeroAndItLeavesWithWhatThatSays) {
    const auto fail = [](const Candidate&, const Evaluator::Poll&) -> std::optional<Evaluation> {
        throw StoreError("table: no entry", ExitCode::data);
    };
    const WorkerEnd end = work(fail, [](Communicator& comm) {
        expect<ReadyMessage>(comm, 1);
        say(comm, 1, WorkMessage{candidate(0)});
        const auto error = expect<ErrorMessage>(comm, 1);
        EXPECT_EQ(error.code, ExitCode::data);
        EXPECT_EQ(error.text, "table: no entry");
        send_away(comm, by_error(error.code, "rank 1: " + error.text));
    });
    EXPECT_FALSE(end.outcome.has_value());
    EXPECT_EQ(end.code, ExitCode::data);
    EXPECT_EQ(end.error, "rank 1: table: no entry");
}

TEST(Worker, ExceptionOfTheStandardLibraryIsAnInternalError) {
    const auto fail = [](const Candidate&, const Evaluator::Poll&) -> std::optional<Evaluation> {
        throw std::length_error("vector");
    };
    const WorkerEnd end = work(fail, [](Communicator& comm) {
        expect<ReadyMessage>(comm, 1);
        say(comm, 1, WorkMessage{candidate(0)});
        EXPECT_EQ(expect<ErrorMessage>(comm, 1).code, ExitCode::internal);
        send_away(comm, by_error(ExitCode::internal, "vector"));
    });
    EXPECT_EQ(end.code, ExitCode::internal);
}

TEST(Worker, LeavesByAnErrorOfAnotherRank) {
    const WorkerEnd end = work(evaluate_at_once, [](Communicator& comm) {
        expect<ReadyMessage>(comm, 1);
        send_away(comm, by_error(ExitCode::io, "rank 7: disk full"));
    });
    EXPECT_EQ(end.code, ExitCode::io);
    EXPECT_EQ(end.error, "rank 7: disk full");
}

TEST(Worker, DropsWhatItEvaluates) {
    const WorkerEnd end = work(evaluate_for_ever, [](Communicator& comm) {
        expect<ReadyMessage>(comm, 1);
        say(comm, 1, WorkMessage{candidate(0)});
        send_away(comm, {});  // its goodbye comes next: no result, no error
    });
    EXPECT_TRUE(end.outcome.has_value()) << end.error;
}

TEST(Worker, ResultThatIsReadyWhenItIsToldToDropIsHandedIn) {
    const auto finish_anyway = [](const Candidate& c, const Evaluator::Poll& poll) {
        evaluate_for_ever(c, poll);
        return std::optional(result_of(c.id));
    };
    const WorkerEnd end = work(finish_anyway, [](Communicator& comm) {
        expect<ReadyMessage>(comm, 1);
        say(comm, 1, WorkMessage{candidate(3)});
        say(comm, 1, DropMessage{});
        EXPECT_EQ(expect<ResultMessage>(comm, 1).evaluation.candidate, 3);
        expect<GoodbyeMessage>(comm, 1);
        say(comm, 1, LeaveMessage{});
    });
    EXPECT_TRUE(end.outcome.has_value()) << end.error;
}

TEST(Worker, ReportsItsStopOnceWhetherItWaitsOrEvaluates) {
    StopToken asked;
    asked.request("signal 10");
    const WorkerEnd idle = work(
        evaluate_at_once,
        [](Communicator& comm) {
            expect<ReadyMessage>(comm, 1);
            EXPECT_EQ(expect<StopMessage>(comm, 1).reason, "signal 10");
            send_away(comm, {});  // no second one before its goodbye
        },
        asked);
    EXPECT_TRUE(idle.outcome.has_value()) << idle.error;

    StopToken::Options at_once;
    at_once.deadline = StopToken::Clock::now() + std::chrono::milliseconds(50);
    at_once.margin = Seconds(0);
    const WorkerEnd busy = work(
        evaluate_for_ever,
        [](Communicator& comm) {
            expect<ReadyMessage>(comm, 1);
            say(comm, 1, WorkMessage{candidate(0)});
            EXPECT_EQ(expect<StopMessage>(comm, 1).reason, "time limit");
            send_away(comm, {});
        },
        StopToken(at_once));
    EXPECT_TRUE(busy.outcome.has_value()) << busy.error;
}

TEST(Worker, EvaluatorThatGivesUpUnaskedIsAMistake) {
    const auto give_up = [](const Candidate&, const Evaluator::Poll&) { return std::nullopt; };
    work(give_up, [](Communicator& comm) {
        expect<ReadyMessage>(comm, 1);
        say(comm, 1, WorkMessage{candidate(5)});
        const auto error = expect<ErrorMessage>(comm, 1);
        EXPECT_EQ(error.code, ExitCode::internal);
        EXPECT_NE(error.text.find("candidate 5"), std::string::npos);
        send_away(comm, by_error(error.code, error.text));
    });
}

}  // namespace
}  // namespace hpnas
