#include "hpnas/strategy/strategy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

/// What observe() promises: finite objectives if and only if the status is ok.
Evaluation checked(const Evaluation& told, std::size_t n_objectives) {
    Evaluation result = told;
    if (result.status == EvalStatus::ok && result.objectives.size() < n_objectives)
        throw InternalError(fmt::format("strategy: candidate {}: expected {} objectives of an ok result, got {}",
                                        told.candidate, n_objectives, result.objectives.size()));
    const bool finite =
        std::all_of(told.objectives.begin(), told.objectives.end(), [](double v) { return std::isfinite(v); });
    if (result.status == EvalStatus::ok && !finite) {
        result.status = EvalStatus::failed;
        result.reason = "an objective is not finite";
    }
    if (result.status != EvalStatus::ok) result.objectives.clear();
    return result;
}

}  // namespace

Strategy::Strategy(StrategyContext context) : context_(std::move(context)) {
    if (context_.decisions.empty())
        throw ConfigError("strategy: expected a space with at least one decision, got none");
    for (const Decision& decision : context_.decisions)
        if (decision.values.empty())
            throw ConfigError(
                fmt::format("strategy: decision {}: expected at least one choice, got none", decision.name));
    for (const Encoding& member : context_.pool) check_encoding(member, context_.decisions);
}

std::vector<Candidate> Strategy::ask(std::size_t n) {
    std::vector<Candidate> candidates = propose(n);
    if (candidates.size() > n)
        throw InternalError(fmt::format("strategy: expected at most {} proposals, got {}", n, candidates.size()));
    for (Candidate& candidate : candidates) {
        check_proposal(candidate);
        proposed_.insert(candidate.encoding);
        candidate.id = next_id_++;
        asked_.emplace(candidate.id, candidate);
    }
    return candidates;
}

void Strategy::check_objective(std::int64_t index) const {
    if (index < 0 || static_cast<std::size_t>(index) >= context_.n_objectives)
        throw ConfigError(
            fmt::format("strategy.objective: expected an index below {}, got {}", context_.n_objectives, index));
}

void Strategy::check_proposal(const Candidate& candidate) const {
    const Encoding& x = candidate.encoding;
    check_encoding(x, context_.decisions);
    if (canonical(x) != x || !feasible(x) || proposed(x))
        throw InternalError(
            fmt::format("strategy: expected a canonical, feasible and new proposal, got {}", to_text(x)));
}

void Strategy::tell(std::span<const Evaluation> results) {
    for (const Evaluation& told : results) {
        const auto asked = asked_.find(told.candidate);
        if (asked == asked_.end())
            throw InternalError(
                fmt::format("strategy: candidate {}: expected one that was asked and not told yet, of which "
                            "there are {}",
                            told.candidate, asked_.size()));
        const Evaluation result = checked(told, context_.n_objectives);
        const Candidate candidate = std::move(asked->second);
        asked_.erase(asked);
        observe(candidate, result);
    }
}

}  // namespace hpnas
