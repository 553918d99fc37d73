#include "hpnas/sched/manager.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/store/result_store.hpp"

namespace hpnas {
namespace {

constexpr auto nap = std::chrono::microseconds(300);

LeaveMessage leave_by_error(ExitCode code, const std::string& text) {
    LeaveMessage leave;
    leave.error = true;
    leave.code = code;
    leave.text = text;
    return leave;
}

}  // namespace

Manager::Manager(Communicator& comm, Evaluator& evaluator, SearchState state, const ScheduleOptions& options,
                 StopToken& stop, const Log& log)
    : comm_(comm),
      evaluator_(evaluator),
      state_(state),
      stop_(stop),
      log_(log),
      ledger_(state, options, comm.size(), log),
      evaluates_(!options.dedicated_manager || comm.size() == 1),
      synchronous_(options.mode == ScheduleMode::synchronous),
      last_poll_(Clock::now()) {
    const int evaluators = comm.size() - (evaluates_ ? 0 : 1);
    if (synchronous_ && options.window < evaluators)
        log_.warning("search: window {} keeps at most as many of the {} evaluating ranks busy; set a larger window",
                     options.window, evaluators);
    const std::int64_t there = ledger_.evaluated();
    if (there > 0) log_.info("search: continuing with {} evaluations from the journal", there);
}

SearchOutcome Manager::run() {
    try {
        search();
        finish();
    } catch (const Error& error) {
        fail(error.exit_code(), error.what());
        throw;
    } catch (const std::exception& error) {
        fail(ExitCode::internal, error.what());
        throw;
    }
    release_workers(comm_, {outcome(), false, ExitCode::ok, ""});
    return outcome();
}

void Manager::fail(ExitCode code, const std::string& text) {
    if (!dropped_)
        for (Evaluation& late : drop_workers(comm_, log_)) arrived_.push_back(std::move(late));
    try {
        if (!arrived_.empty()) ledger_.keep(arrived_);
    } catch (const std::exception& second) {
        log_.error("search: {} finished evaluations are lost: {}", arrived_.size(), second.what());
    }
    release_workers(comm_, leave_by_error(code, text));
}

void Manager::search() {
    while (!ledger_.finished() && !stop_.requested()) {
        serve();
        const auto candidate = evaluates_ && !stop_.requested() ? ledger_.take() : std::nullopt;
        if (candidate) {
            evaluate(*candidate);
        } else {
            std::this_thread::sleep_for(nap);
        }
    }
}

void Manager::finish() {
    const std::vector<Evaluation> late = drop_workers(comm_, log_);
    dropped_ = true;
    if (!late.empty()) ledger_.record(late);
    ledger_.close(ledger_.finished() ? "" : stop_.reason());
    state_.results->publish();
}

void Manager::serve() {
    const Clock::time_point begin = Clock::now();
    receive();
    // Told results may cost seconds of model fitting before new candidates exist: those that exist already go out
    // first. Asynchronous proposals shall know the newest results instead.
    if (synchronous_) hand_out();
    if (!arrived_.empty()) ledger_.record(std::exchange(arrived_, {}));
    hand_out();
    state_.results->publish_if_due();
    stop_.note_step(Clock::now() - begin);
}

void Manager::receive() {
    while (auto received = comm_.poll(Communicator::any, search_tag))
        handle(received->source, decode_message(received->bytes));
}

void Manager::handle(int source, SearchMessage message) {
    if (auto* result = std::get_if<ResultMessage>(&message)) {
        arrived_.push_back(std::move(result->evaluation));
        idle_.push_back(source);
    } else if (std::holds_alternative<ReadyMessage>(message)) {
        idle_.push_back(source);
    } else if (const auto* stop = std::get_if<StopMessage>(&message)) {
        stop_.request(stop->reason);
    } else if (const auto* error = std::get_if<ErrorMessage>(&message)) {
        throw Error(error->code, fmt::format("rank {}: {}", source, error->text));
    } else {
        throw CommError(fmt::format("rank {}: sent a message of kind {} to rank 0", source, message.index()));
    }
}

void Manager::hand_out() {
    while (!idle_.empty() && !stop_.requested()) {
        const auto candidate = ledger_.take();
        if (!candidate) return;
        comm_.send(encode_message(WorkMessage{*candidate}), idle_.front(), search_tag);
        idle_.erase(idle_.begin());
    }
}

void Manager::evaluate(const Candidate& candidate) {
    last_poll_ = Clock::now();
    const auto result = evaluator_.evaluate(candidate, [this] { return poll(); });
    if (failure_) {
        if (result) arrived_.push_back(*result);
        std::rethrow_exception(failure_);
    }
    if (result) {
        ledger_.record({*result});
    } else if (!stop_.requested()) {
        throw InternalError(fmt::format("candidate {}: the evaluator gave up though nobody asked it to", candidate.id));
    }
}

bool Manager::poll() {
    if (failure_) return false;
    try {
        stop_.note_step(Clock::now() - last_poll_);
        serve();
        last_poll_ = Clock::now();
    } catch (...) {
        failure_ = std::current_exception();
    }
    return !failure_ && !stop_.requested();
}

SearchOutcome Manager::outcome() const {
    return {ledger_.finished(), ledger_.finished() ? "" : stop_.reason(), ledger_.evaluated(), ledger_.failed()};
}

std::vector<Evaluation> drop_workers(Communicator& comm, const Log& log) {
    for (int rank = 1; rank < comm.size(); ++rank) comm.send(encode_message(DropMessage{}), rank, search_tag);
    std::vector<Evaluation> late;
    for (int left = comm.size() - 1; left > 0;) {
        const auto received = comm.receive(Communicator::any, search_tag);
        auto message = decode_message(received.bytes);
        if (std::holds_alternative<GoodbyeMessage>(message)) --left;
        if (auto* result = std::get_if<ResultMessage>(&message)) late.push_back(std::move(result->evaluation));
        if (const auto* error = std::get_if<ErrorMessage>(&message))
            log.error("rank {}: {}", received.source, error->text);
    }
    return late;
}

void release_workers(Communicator& comm, const LeaveMessage& leave) {
    for (int rank = 1; rank < comm.size(); ++rank) comm.send(encode_message(leave), rank, search_tag);
}

void dismiss_workers(Communicator& comm, ExitCode code, const std::string& text, const Log& log) {
    drop_workers(comm, log);
    release_workers(comm, leave_by_error(code, text));
}

}  // namespace hpnas
