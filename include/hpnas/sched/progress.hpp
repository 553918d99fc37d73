#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "hpnas/core/log.hpp"
#include "hpnas/core/units.hpp"
#include "hpnas/search/candidate.hpp"

namespace hpnas {

/// Counts evaluations and reports them to the log: a line per period, and one for each that failed.
class Progress {
public:
    /// @param budget  candidates in all   @param period  0: a line per evaluation
    /// @param metric  shown in place of the first objective, which remains what says who is best
    Progress(std::int64_t budget, Seconds period, Log log, std::optional<std::size_t> metric = std::nullopt)
        : budget_(budget), period_(period), log_(std::move(log)), metric_(metric) {}

    /// An evaluation of an earlier session: counted, not reported.
    void add_earlier(const Evaluation& evaluation);
    void add(const Evaluation& evaluation);

    std::int64_t evaluated() const noexcept { return evaluated_; }
    std::int64_t failed() const noexcept { return failed_; }
    /// "candidate 12: 0.5312 in 8.4 s; 13/100 done, 1 failed, best 0.4981 (candidate 9), 402 candidates/h, 0:12:59
    /// left"
    std::string line(const Evaluation& last, Seconds elapsed) const;

private:
    using Clock = std::chrono::steady_clock;
    void count(const Evaluation& evaluation);
    double shown(const Evaluation& evaluation) const;
    std::string described(const Evaluation& evaluation) const;

    std::int64_t budget_;
    Seconds period_;
    Log log_;
    std::optional<std::size_t> metric_;
    std::int64_t evaluated_ = 0;
    std::int64_t failed_ = 0;
    std::int64_t earlier_ = 0;
    double best_ = std::numeric_limits<double>::infinity();  // objective
    double best_shown_ = 0;
    std::int64_t best_candidate_ = -1;
    Clock::time_point start_ = Clock::now();
    Clock::time_point last_line_{};
};

}  // namespace hpnas
