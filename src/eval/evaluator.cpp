#include "hpnas/eval/evaluator.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <new>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

Evaluation rejected(std::int64_t candidate, EvalStatus status, std::string reason) {
    Evaluation evaluation;
    evaluation.candidate = candidate;
    evaluation.status = status;
    evaluation.reason = std::move(reason);
    return evaluation;
}

/// An ok evaluation whose objectives are wrong in kind or number is turned into a failed one, or refused.
void check_objectives(Evaluation& evaluation, std::span<const Quantity> objectives) {
    if (evaluation.status != EvalStatus::ok) {
        evaluation.objectives.clear();
        return;
    }
    if (evaluation.objectives.size() != objectives.size())
        throw InternalError(
            fmt::format("evaluator: expected {} objectives, got {}", objectives.size(), evaluation.objectives.size()));
    for (std::size_t i = 0; i < objectives.size(); ++i) {
        if (std::isfinite(evaluation.objectives[i])) continue;
        evaluation.status = EvalStatus::failed;
        evaluation.reason = fmt::format("objective '{}' is {}", objectives[i].name, evaluation.objectives[i]);
        evaluation.objectives.clear();
        return;
    }
}

}  // namespace

std::optional<Evaluation> Evaluator::evaluate(const Candidate& candidate, const Poll& poll) {
    const auto start = std::chrono::steady_clock::now();
    std::optional<Evaluation> evaluation;
    try {
        const auto work = [&] { evaluation = do_evaluate(candidate, poll); };
        if (around_)
            around_(work);
        else
            work();
    } catch (const std::bad_alloc&) {
        evaluation = rejected(candidate.id, EvalStatus::failed, "out of memory");
    } catch (const ShapeError& error) {
        evaluation = rejected(candidate.id, EvalStatus::infeasible, error.what());
    } catch (const EncodingError& error) {
        evaluation = rejected(candidate.id, EvalStatus::infeasible, error.what());
    }
    if (!evaluation) return std::nullopt;
    evaluation->candidate = candidate.id;
    check_objectives(*evaluation, objectives());
    evaluation->metrics.resize(metrics().size(), std::nan(""));
    evaluation->wall = std::chrono::steady_clock::now() - start;
    return evaluation;
}

}  // namespace hpnas
