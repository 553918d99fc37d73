#include <gtest/gtest.h>

#include "hpnas/sched/search_message.hpp"

namespace hpnas {
namespace {

template <class T>
T round_trip(const T& message) {
    return std::get<T>(decode_message(encode_message(message)));
}

TEST(SearchMessage, EveryKindSurvivesTheRoundTrip) {
    round_trip(ReadyMessage{});
    round_trip(DropMessage{});
    round_trip(GoodbyeMessage{});
    EXPECT_EQ(round_trip(WorkMessage{{7, {1, 2}, {3}}}).candidate.encoding, (Encoding{1, 2}));
    Evaluation evaluation;
    evaluation.candidate = 9;
    evaluation.objectives = {0.5};
    EXPECT_EQ(round_trip(ResultMessage{evaluation}).evaluation.objectives, std::vector<double>{0.5});
    EXPECT_EQ(round_trip(StopMessage{"signal 10"}).reason, "signal 10");
    const auto error = round_trip(ErrorMessage{ExitCode::data, "x.bin: truncated"});
    EXPECT_EQ(error.code, ExitCode::data);
    EXPECT_EQ(error.text, "x.bin: truncated");
    const auto leave = round_trip(LeaveMessage{{true, "time limit", 12, 3}, true, ExitCode::io, "disk full"});
    EXPECT_TRUE(leave.outcome.finished && leave.error);
    EXPECT_EQ(leave.outcome.reason, "time limit");
    EXPECT_EQ(leave.outcome.evaluated, 12);
    EXPECT_EQ(leave.outcome.failed, 3);
    EXPECT_EQ(leave.code, ExitCode::io);
    EXPECT_EQ(leave.text, "disk full");
}

TEST(SearchMessage, GarbageIsACommunicationError) {
    EXPECT_THROW(decode_message(""), CommError);
    EXPECT_THROW(decode_message("\x09"), CommError);
    const std::string whole = encode_message(WorkMessage{{7, {1, 2}, {3}}});
    EXPECT_THROW(decode_message(whole.substr(0, whole.size() - 1)), CommError);
    EXPECT_THROW(decode_message(whole + "x"), CommError);
}

}  // namespace
}  // namespace hpnas
