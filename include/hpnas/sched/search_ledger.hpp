#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "hpnas/sched/progress.hpp"
#include "hpnas/sched/scheduler.hpp"
#include "hpnas/search/encoding.hpp"

namespace hpnas {

/// Rank 0's books: what was asked, what is being evaluated, what was told, in the order that the schedule prescribes.
/// Knows nothing of ranks or messages. Every evaluation passes journal, sync, result store, strategy, in this order.
class SearchLedger {
public:
    /// Replays the journal into the strategy. @throws ConfigError if the strategy does not repeat what was recorded, or
    /// the schedule is another one.
    SearchLedger(SearchState state, ScheduleOptions options, int ranks, const Log& log);

    /// The next candidate to evaluate. Nothing: wait for results, or finished().
    std::optional<Candidate> take();
    /// Results of candidates that were taken. Durable when this returns.
    void record(const std::vector<Evaluation>& batch);
    /// The same on the way out of an error: durable, but the strategy, which may be what failed, hears of it at the
    /// next start only.
    void keep(const std::vector<Evaluation>& batch);
    /// Notes in the journal that this start of the run ends. @param reason  empty: the search is finished
    void close(const std::string& reason);

    /// All asked candidates are evaluated and no more will be asked.
    bool finished() const noexcept;
    std::int64_t evaluated() const noexcept { return progress_.evaluated(); }
    std::int64_t failed() const noexcept { return progress_.failed(); }

private:
    bool synchronous() const noexcept { return options_.mode == ScheduleMode::synchronous; }
    void check_schedule() const;
    void load();
    void replay_asynchronous();
    void check_repeated(const Candidate* asked, const Candidate& recorded) const;
    void note_event(bool continued);

    bool may_ask() const noexcept;
    bool ask();
    std::optional<Candidate> ask_strategy();
    void place(const Candidate& candidate);
    void advance();
    void settle_answers();
    std::vector<Evaluation> with_repeats(const std::vector<Evaluation>& batch);
    void store(const std::vector<Evaluation>& batch);
    void tell(const Evaluation& evaluation);
    Encoding key_of(const Candidate& candidate) const;

    SearchState state_;
    ScheduleOptions options_;
    int ranks_;
    Progress progress_;
    std::map<std::int64_t, Candidate> recorded_asks_;  // of earlier sessions
    std::deque<Candidate> queue_;                      // asked, to be evaluated
    std::map<std::int64_t, Evaluation> arrived_;       // synchronous: waiting for their turn to be told
    std::unordered_map<Encoding, std::int64_t, EncodingHash> first_of_;  // canonical encoding -> candidate
    std::unordered_map<std::int64_t, std::vector<std::int64_t>>
        repeats_of_;                   // candidate -> those waiting for its result
    std::vector<Evaluation> answers_;  // repeats whose result is known
    std::int64_t asked_ = 0;
    std::int64_t told_ = 0;
    bool stalled_ = false;  // the strategy wants to be told more before it proposes again
};

}  // namespace hpnas
