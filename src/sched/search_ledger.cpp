#include "hpnas/sched/search_ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/store/journal.hpp"
#include "hpnas/store/result_store.hpp"
#include "hpnas/strategy/strategy.hpp"

namespace hpnas {
namespace {

double utc_now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

std::optional<std::size_t> metric_index(const std::vector<Quantity>& metrics, const std::string& name) {
    const auto found = std::find_if(metrics.begin(), metrics.end(), [&](const Quantity& q) { return q.name == name; });
    if (found == metrics.end()) return std::nullopt;
    return static_cast<std::size_t>(found - metrics.begin());
}

constexpr std::int64_t nothing_asked = -1;  // id of the record that says: the strategy was asked and had nothing

}  // namespace

SearchLedger::SearchLedger(SearchState state, ScheduleOptions options, int ranks, const Log& log)
    : state_(state),
      options_(std::move(options)),
      ranks_(ranks),
      progress_(options_.candidates, options_.progress, log,
                metric_index(state_.results->identity().metrics, options_.headline)) {
    if (options_.window < 1) throw ConfigError(fmt::format("window: expected at least 1, got {}", options_.window));
    check_schedule();
    load();
    if (!synchronous()) replay_asynchronous();
    note_event(state_.journal->continued());
    if (synchronous()) {
        advance();
    } else {
        settle_answers();
    }
}

void SearchLedger::check_schedule() const {
    for (const JournalEntry& entry : state_.journal->content().entries) {
        const auto* event = std::get_if<JournalEvent>(&entry);
        if (event == nullptr || event->schedule == schedule_text(options_)) continue;
        throw ConfigError(fmt::format("{}: schedule: run has {}, now {}", state_.journal->file().string(),
                                      event->schedule, schedule_text(options_)));
    }
}

void SearchLedger::load() {
    state_.results->add(state_.journal->content());
    for (const JournalEntry& entry : state_.journal->content().entries) {
        if (const auto* candidate = std::get_if<Candidate>(&entry);
            candidate != nullptr && candidate->id != nothing_asked)
            recorded_asks_.emplace(candidate->id, *candidate);
        if (const auto* evaluation = std::get_if<Evaluation>(&entry)) {
            progress_.add_earlier(*evaluation);
            if (synchronous()) arrived_.emplace(evaluation->candidate, *evaluation);
        }
    }
}

void SearchLedger::note_event(bool continued) {
    JournalEvent event;
    event.kind = continued ? JournalEvent::Kind::restart : JournalEvent::Kind::start;
    event.utc = utc_now();
    event.ranks = ranks_;
    event.schedule = schedule_text(options_);
    state_.journal->append(event);
    state_.journal->sync();
    state_.results->add(event);
}

void SearchLedger::close(const std::string& reason) {
    JournalEvent event;
    event.kind = reason.empty() ? JournalEvent::Kind::finish : JournalEvent::Kind::stop;
    event.utc = utc_now();
    event.ranks = ranks_;
    event.schedule = schedule_text(options_);
    event.reason = reason;
    state_.journal->append(event);
    state_.journal->sync();
    state_.results->add(event);
}

void SearchLedger::check_repeated(const Candidate* asked, const Candidate& recorded) const {
    const bool nothing = asked == nullptr;
    if (nothing ? recorded.id == nothing_asked : asked->id == recorded.id && asked->encoding == recorded.encoding)
        return;
    throw ConfigError(fmt::format(
        "{}: candidate {}: the run has [{}], the strategy now proposes {}; the program or the configuration "
        "changed since, start a new run in another directory",
        state_.journal->file().string(), recorded.id, to_text(recorded.encoding),
        nothing ? "nothing" : "[" + to_text(asked->encoding) + "]"));
}

void SearchLedger::replay_asynchronous() {
    for (const JournalEntry& entry : state_.journal->content().entries) {
        if (const auto* recorded = std::get_if<Candidate>(&entry)) {
            const std::vector<Candidate> asked = state_.strategy->ask(1);
            check_repeated(asked.empty() ? nullptr : &asked.front(), *recorded);
            stalled_ = asked.empty();
            if (stalled_) continue;
            ++asked_;
            state_.results->add(asked.front());  // journals of older programs lack its generation
        }
        if (const auto* evaluation = std::get_if<Evaluation>(&entry)) tell(*evaluation);
    }
    for (const auto& [id, candidate] : recorded_asks_) place(candidate);
}

Encoding SearchLedger::key_of(const Candidate& candidate) const {
    return options_.canonical ? options_.canonical(candidate.encoding) : candidate.encoding;
}

bool SearchLedger::may_ask() const noexcept {
    if (asked_ >= options_.candidates || stalled_) return false;
    return !synchronous() || asked_ < told_ + options_.window;
}

std::optional<Candidate> SearchLedger::ask_strategy() {
    std::vector<Candidate> asked = state_.strategy->ask(1);
    if (asked.empty()) return std::nullopt;
    return std::move(asked.front());
}

bool SearchLedger::ask() {
    const std::optional<Candidate> candidate = ask_strategy();
    if (!candidate) {
        stalled_ = true;
        // An ask that brings nothing may still change the strategy; the synchronous order repeats it by itself.
        if (!synchronous()) state_.journal->append(Candidate{});
        return false;
    }
    ++asked_;
    if (const auto recorded = recorded_asks_.find(candidate->id); synchronous() && recorded != recorded_asks_.end()) {
        check_repeated(&*candidate, recorded->second);
    } else {
        state_.journal->append(*candidate);
    }
    state_.results->add(*candidate);
    place(*candidate);
    return true;
}

void SearchLedger::place(const Candidate& candidate) {
    const auto [first, is_new] = first_of_.try_emplace(key_of(candidate), candidate.id);
    if (state_.results->find(candidate.id) != nullptr) return;  // evaluated in an earlier session
    if (is_new) {
        queue_.push_back(candidate);
    } else if (const Evaluation* known = state_.results->find(first->second)) {
        answers_.push_back(*known);
        answers_.back().candidate = candidate.id;
        answers_.back().wall = Seconds(0);
    } else {
        repeats_of_[first->second].push_back(candidate.id);
    }
}

void SearchLedger::advance() {
    while (true) {
        while (may_ask() && ask()) continue;
        if (!answers_.empty()) store(std::exchange(answers_, {}));
        const auto next = arrived_.find(told_);
        if (next == arrived_.end()) return;
        if (told_ >= asked_) return;  // recorded under a larger budget than today's
        tell(next->second);
        arrived_.erase(next);
    }
}

void SearchLedger::settle_answers() {
    while (!answers_.empty()) {
        const std::vector<Evaluation> batch = std::exchange(answers_, {});
        store(batch);
        for (const Evaluation& evaluation : batch) tell(evaluation);
    }
}

std::optional<Candidate> SearchLedger::take() {
    while (queue_.empty() && !synchronous() && may_ask()) {
        ask();
        settle_answers();
    }
    if (queue_.empty()) return std::nullopt;
    Candidate candidate = std::move(queue_.front());
    queue_.pop_front();
    return candidate;
}

void SearchLedger::store(const std::vector<Evaluation>& batch) {
    for (const Evaluation& evaluation : batch) state_.journal->append(evaluation);
    state_.journal->sync();
    for (const Evaluation& evaluation : batch) {
        state_.results->add(evaluation);
        progress_.add(evaluation);
        if (synchronous()) arrived_.emplace(evaluation.candidate, evaluation);
    }
}

void SearchLedger::tell(const Evaluation& evaluation) {
    state_.strategy->tell(std::span(&evaluation, 1));
    ++told_;
    stalled_ = false;
}

std::vector<Evaluation> SearchLedger::with_repeats(const std::vector<Evaluation>& batch) {
    std::vector<Evaluation> all;
    for (const Evaluation& evaluation : batch) {
        all.push_back(evaluation);
        for (const std::int64_t repeat : repeats_of_[evaluation.candidate]) {
            all.push_back(evaluation);
            all.back().candidate = repeat;
            all.back().wall = Seconds(0);
        }
        repeats_of_.erase(evaluation.candidate);
    }
    return all;
}

void SearchLedger::record(const std::vector<Evaluation>& batch) {
    const std::vector<Evaluation> all = with_repeats(batch);
    store(all);
    if (synchronous()) return advance();
    for (const Evaluation& evaluation : all) tell(evaluation);
}

void SearchLedger::keep(const std::vector<Evaluation>& batch) { store(with_repeats(batch)); }

bool SearchLedger::finished() const noexcept {
    const bool no_more = asked_ >= options_.candidates || stalled_ || state_.strategy->exhausted();
    return no_more && told_ == asked_ && queue_.empty();
}

}  // namespace hpnas
