#include "hpnas/sched/worker.hpp"

#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <thread>
#include <utility>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

constexpr auto nap = std::chrono::microseconds(300);

}  // namespace

void Worker::send(const SearchMessage& message) { comm_.send(encode_message(message), 0, search_tag); }

SearchOutcome Worker::run() {
    try {
        work();
    } catch (const CommError&) {
        throw;  // nobody left to talk to
    } catch (const Error& error) {
        send(ErrorMessage{error.exit_code(), error.what()});
    } catch (const std::exception& error) {
        send(ErrorMessage{ExitCode::internal, error.what()});
    }
    // An error is answered too: rank 0 sends everybody away with it.
    return leave();
}

void Worker::work() {
    send(ReadyMessage{});
    while (!drop_) {
        report_stop();
        listen();
        if (candidate_) {
            evaluate(*std::exchange(candidate_, std::nullopt));
        } else {
            std::this_thread::sleep_for(nap);
        }
    }
}

void Worker::listen() {
    const auto received = comm_.poll(0, search_tag);
    if (!received) return;
    auto message = decode_message(received->bytes);
    if (auto* work = std::get_if<WorkMessage>(&message)) candidate_ = std::move(work->candidate);
    if (std::holds_alternative<DropMessage>(message)) drop_ = true;
}

void Worker::evaluate(const Candidate& candidate) {
    const auto result = evaluator_.evaluate(candidate, [this] { return poll(); });
    if (result) {
        send(ResultMessage{*result});
    } else if (!drop_) {
        throw InternalError(fmt::format("candidate {}: the evaluator gave up though nobody asked it to", candidate.id));
    }
}

bool Worker::poll() {
    report_stop();
    if (!drop_) listen();
    return !drop_;
}

void Worker::report_stop() {
    if (stop_reported_ || !stop_.requested()) return;
    stop_reported_ = true;
    send(StopMessage{stop_.reason()});
}

SearchOutcome Worker::leave() {
    while (!drop_) {
        if (std::holds_alternative<DropMessage>(decode_message(comm_.receive(0, search_tag).bytes))) drop_ = true;
    }
    send(GoodbyeMessage{});
    const auto leave = std::get<LeaveMessage>(decode_message(comm_.receive(0, search_tag).bytes));
    if (leave.error) throw Error(leave.code, leave.text);
    return leave.outcome;
}

}  // namespace hpnas
