#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "hpnas/core/error.hpp"
#include "hpnas/sched/scheduler.hpp"
#include "hpnas/search/candidate.hpp"

namespace hpnas {

/// "I have nothing to do": worker to rank 0.
struct ReadyMessage {};
/// "Evaluate this": rank 0 to worker.
struct WorkMessage {
    Candidate candidate;
};
/// "Done, and ready for the next": worker to rank 0.
struct ResultMessage {
    Evaluation evaluation;
};
/// "I was asked to stop": worker to rank 0.
struct StopMessage {
    std::string reason;
};
/// "I cannot go on": worker to rank 0.
struct ErrorMessage {
    ExitCode code = ExitCode::internal;
    std::string text;
};
/// "Drop what you are doing": rank 0 to worker, which answers GoodbyeMessage.
struct DropMessage {};
/// "That was my last": worker to rank 0. What it had finished before is sent before.
struct GoodbyeMessage {};
/// "It is over": rank 0 to worker, when everything is recorded.
struct LeaveMessage {
    SearchOutcome outcome;
    bool error = false;  ///< leave by throwing: some rank cannot go on
    ExitCode code = ExitCode::ok;
    std::string text;
};

using SearchMessage = std::variant<ReadyMessage, WorkMessage, ResultMessage, StopMessage, ErrorMessage, DropMessage,
                                   GoodbyeMessage, LeaveMessage>;

/// Tag of all of them: so they arrive in the order sent.
inline constexpr int search_tag = 1;

std::string encode_message(const SearchMessage& message);
/// @throws CommError if the bytes are no message.
SearchMessage decode_message(std::string_view bytes);

}  // namespace hpnas
