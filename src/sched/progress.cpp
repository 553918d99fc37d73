#include "hpnas/sched/progress.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hpnas {
namespace {

std::string hms(double seconds) {
    const auto total = static_cast<std::int64_t>(seconds);
    return fmt::format("{}:{:02}:{:02}", total / 3600, total / 60 % 60, total % 60);
}

}  // namespace

double Progress::shown(const Evaluation& evaluation) const {
    if (metric_) return evaluation.metrics.at(*metric_);
    return evaluation.objectives.empty() ? 0.0 : evaluation.objectives.front();
}

std::string Progress::described(const Evaluation& evaluation) const {
    switch (evaluation.status) {
        case EvalStatus::ok:
            return fmt::format("{:.6g}", shown(evaluation));
        case EvalStatus::infeasible:
            return "infeasible (" + evaluation.reason + ")";
        case EvalStatus::failed:
            break;
    }
    return "failed (" + evaluation.reason + ")";
}

void Progress::count(const Evaluation& evaluation) {
    ++evaluated_;
    if (evaluation.status == EvalStatus::failed) ++failed_;
    if (evaluation.status != EvalStatus::ok || evaluation.objectives.empty() ||
        !(evaluation.objectives.front() < best_))
        return;
    best_ = evaluation.objectives.front();
    best_shown_ = shown(evaluation);
    best_candidate_ = evaluation.candidate;
}

void Progress::add_earlier(const Evaluation& evaluation) {
    count(evaluation);
    ++earlier_;
}

void Progress::add(const Evaluation& evaluation) {
    count(evaluation);
    const Clock::time_point now = Clock::now();
    const bool due = now - last_line_ >= period_ || evaluated_ == budget_;
    if (evaluation.status == EvalStatus::failed) {
        log_.warning("search: {}", line(evaluation, now - start_));
    } else if (due) {
        log_.info("search: {}", line(evaluation, now - start_));
    } else {
        return;
    }
    last_line_ = now;
}

std::string Progress::line(const Evaluation& last, Seconds elapsed) const {
    std::string text = fmt::format("candidate {}: {} in {:.1f} s; {}/{} done", last.candidate, described(last),
                                   last.wall.count(), evaluated_, budget_);
    if (failed_ > 0) text += fmt::format(", {} failed", failed_);
    if (best_candidate_ >= 0) text += fmt::format(", best {:.6g} (candidate {})", best_shown_, best_candidate_);
    const auto done = static_cast<double>(evaluated_ - earlier_);
    if (done <= 0 || elapsed.count() <= 0) return text;
    const auto left = static_cast<double>(std::max<std::int64_t>(budget_ - evaluated_, 0));
    return text + fmt::format(", {:.0f} candidates/h, {} left", done / elapsed.count() * 3600,
                              hms(left / done * elapsed.count()));
}

}  // namespace hpnas
