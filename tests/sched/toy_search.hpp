#pragma once
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/core/hash.hpp"
#include "hpnas/core/rng.hpp"
#include "hpnas/eval/evaluator.hpp"
#include "hpnas/sched/scheduler.hpp"
#include "hpnas/sched/stop.hpp"
#include "hpnas/store/journal.hpp"
#include "hpnas/store/result_store.hpp"
#include "hpnas/strategy/strategy.hpp"

namespace hpnas::sched_test {

class TemporaryDirectory {
public:
    TemporaryDirectory() {
        // In memory if possible: the tests sync thousands of times.
        const std::filesystem::path memory = "/dev/shm";
        const auto parent = std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
        std::string pattern = (parent / "hpnas_XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

inline std::vector<Decision> toy_decisions() {
    std::vector<Decision> decisions;
    for (int i = 0; i < 4; ++i) decisions.push_back({"x" + std::to_string(i), {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, true});
    return decisions;
}

/// Proposes by a hash of everything told so far: any change in the order of asks and tells changes all later proposals.
/// Wants every result of a generation of `generation` candidates before it goes on to the next; 0: never waits.
class ToyStrategy final : public Strategy {
public:
    explicit ToyStrategy(std::uint64_t seed, std::size_t generation = 0, std::size_t limit = 100000)
        : Strategy({toy_decisions(), seed, {}, {}, {}, {}}), state_(seed), generation_(generation), limit_(limit) {}
    bool exhausted() const noexcept override { return asked_ >= limit_; }

private:
    std::vector<Candidate> propose(std::size_t n) override {
        std::vector<Candidate> all;
        while (all.size() < n && !exhausted() && !waits()) {
            Rng rng(state_, Purpose::test, asked_);
            Candidate candidate;
            do candidate.encoding = random_encoding(context().decisions, rng);
            while (proposed(candidate.encoding));
            if (generation_ > 0) candidate.generation = static_cast<std::int32_t>(asked_ / generation_);
            all.push_back(candidate);
            ++asked_;
        }
        // Nothing to propose changes the state too: strategies may do so, and replay must repeat it.
        if (all.empty()) state_ = mix(state_, 1);
        return all;
    }
    void observe(const Candidate& asked, const Evaluation& result) override {
        ++told_;
        state_ = mix(state_, static_cast<std::uint64_t>(asked.id));
        state_ = mix(state_, static_cast<std::uint64_t>(result.status));
        if (result.status == EvalStatus::ok)
            state_ = mix(state_, static_cast<std::uint64_t>(result.objectives[0] * 1e6));
    }
    bool waits() const noexcept { return generation_ > 0 && asked_ > 0 && asked_ % generation_ == 0 && told_ < asked_; }
    static std::uint64_t mix(std::uint64_t state, std::uint64_t value) { return hash64(std::to_string(value), state); }

    std::uint64_t state_;
    std::size_t generation_;
    std::size_t limit_;
    std::size_t asked_ = 0;
    std::size_t told_ = 0;
};

/// Sum of squared choices, after a wait that differs from candidate to candidate; every 7th fails, every 11th is
/// infeasible.
class ToyEvaluator final : public Evaluator {
public:
    explicit ToyEvaluator(std::chrono::microseconds longest = std::chrono::microseconds(0)) : longest_(longest) {}
    std::span<const Quantity> objectives() const noexcept override { return objectives_; }
    std::span<const Quantity> metrics() const noexcept override { return metrics_; }

    static Evaluation value(const Candidate& candidate) {
        Evaluation e;
        e.candidate = candidate.id;
        e.wall = Seconds(0.001);
        if (candidate.id % 7 == 6) {
            e.status = EvalStatus::failed;
            e.reason = "loss became NaN";
        } else if (candidate.id % 11 == 10) {
            e.status = EvalStatus::infeasible;
            e.reason = "too slow";
        } else {
            double sum = 0;
            for (const auto x : candidate.encoding) sum += x * x;
            e.objectives = {sum};
            e.metrics = {100 - sum, 1.0 + candidate.encoding[0]};
        }
        return e;
    }
    std::map<std::int64_t, int> calls;  ///< per candidate, on this rank
    std::int64_t throw_at = -1;         ///< candidate whose evaluation is a program error
    StopToken* stop = nullptr;          ///< asked to stop when candidate stop_at is being evaluated
    std::int64_t stop_at = -1;
    int kill_after = -1;  ///< evaluations on this rank, after which the process kills itself; -1: never

private:
    std::optional<Evaluation> do_evaluate(const Candidate& candidate, const Poll& poll) override {
        ++calls[candidate.id];
        if (kill_after == 0) std::raise(SIGKILL);
        --kill_after;
        if (candidate.id == throw_at) throw InternalError("a mistake in the program");
        if (candidate.id == stop_at) stop->request("test");
        const auto wait = longest_ * (hash64(std::to_string(candidate.id)) % 8) / 8;
        const auto end = std::chrono::steady_clock::now() + wait;
        do {
            if (!poll()) return std::nullopt;
            std::this_thread::sleep_for(std::chrono::microseconds(50));
        } while (std::chrono::steady_clock::now() < end || candidate.id == stop_at);
        return value(candidate);
    }

    std::chrono::microseconds longest_;
    std::vector<Quantity> objectives_{{"loss", "1", "sum of squares", false}};
    std::vector<Quantity> metrics_{{"accuracy", "%", "", true}, {"latency", "ms", "", false}};
};

inline RunIdentity toy_identity() {
    const ToyEvaluator evaluator;
    RunIdentity identity;
    identity.config = "search: {strategy: toy}\n";
    identity.decisions = toy_decisions();
    identity.objectives.assign(evaluator.objectives().begin(), evaluator.objectives().end());
    identity.metrics.assign(evaluator.metrics().begin(), evaluator.metrics().end());
    identity.pareto = {"accuracy", "latency"};
    return identity;
}

/// What rank 0 owns during one session of a run in `directory`.
struct Session {
    explicit Session(const std::filesystem::path& directory, std::size_t generation = 0, std::uint64_t seed = 5,
                     std::size_t limit = 100000)
        : strategy(seed, generation, limit),
          journal(Journal::open(directory / "run.journal", toy_identity(), {})),
          results(directory / "results.h5", toy_identity(), {}, Seconds(1000), {}) {}
    SearchState state() { return {&strategy, &journal, &results}; }

    ToyStrategy strategy;
    Journal journal;
    ResultStore results;
};

/// Candidate and result as comparable text, in id order.
inline std::vector<std::string> table_of(const ResultStore& results) {
    std::vector<std::string> lines;
    for (const Evaluation* e : results.evaluations()) {
        const Candidate& candidate = results.candidate(e->candidate);
        std::string line = std::to_string(e->candidate) + " of generation " + std::to_string(candidate.generation) +
                           ": " + to_text(candidate.encoding) + " -> ";
        line += std::to_string(static_cast<int>(e->status));
        for (const double v : e->objectives) line += " " + std::to_string(v);
        lines.push_back(line + " " + e->reason);
    }
    return lines;
}

}  // namespace hpnas::sched_test
