#include "hpnas/supernet/estimator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

void check_terms(std::span<RelaxedObjective* const> terms) {
    if (terms.empty()) throw InternalError("estimator: expected at least one term of the objective");
    if (terms.front()->groups().count() == 0) throw InternalError("estimator: the space has no decisions");
    for (const RelaxedObjective* term : terms)
        if (!(term->groups() == terms.front()->groups()))
            throw InternalError("estimator: the terms of the objective have different choice groups");
}

void add(std::span<const double> from, std::span<double> to) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
}

}  // namespace

Estimate GradientEstimator::estimate(std::span<const double> logits, std::span<RelaxedObjective* const> terms,
                                     const EstimatorStep& step) const {
    check_terms(terms);
    const ChoiceGroups& groups = terms.front()->groups();
    const SoftenedLaw law(groups, logits, soften_);
    const std::vector<double> zero(groups.total());
    Estimate total{.gradient = zero, .score = zero, .path = zero};
    for (std::size_t t = 0; t < terms.size(); ++t) {
        const Term term{law,
                        *terms[t],
                        {.seed = step.seed, .step = step.step, .stream = step.stream, .term = t},
                        step.progress,
                        means(t)};
        TermEstimate part{.score = zero, .path = zero, .statistics = std::vector<double>(n_statistics_)};
        do_estimate(term, part);
        add(part.score, total.score);
        add(part.path, total.path);
        total.statistics.insert(total.statistics.end(), part.statistics.begin(), part.statistics.end());
        total.terms.push_back(part.report);
        if (t == 0) {
            total.points = std::move(part.points);
            total.choices = std::move(part.choices);
        }
    }
    law.chain_to_logits(total.score);
    law.chain_to_logits(total.path);
    add(total.score, total.gradient);
    add(total.path, total.gradient);
    return total;
}

std::vector<double> GradientEstimator::means(std::size_t term) const {
    const std::size_t at = term * (n_statistics_ + 1);
    if (state_.size() <= at || state_[at] == 0) return {};
    std::vector<double> result(state_.begin() + static_cast<std::ptrdiff_t>(at + 1),
                               state_.begin() + static_cast<std::ptrdiff_t>(at + 1 + n_statistics_));
    for (double& value : result) value /= state_[at];  // unbiased from the first step on, as in Adam
    return result;
}

void GradientEstimator::observe(std::span<const double> statistics) {
    if (n_statistics_ == 0) return;
    const std::size_t n_terms = statistics.size() / n_statistics_;
    if (state_.empty()) state_.assign(n_terms * (n_statistics_ + 1), 0.0);
    if (statistics.size() % n_statistics_ != 0 || state_.size() != n_terms * (n_statistics_ + 1))
        throw InternalError(
            fmt::format("estimator: {} statistics do not fit a state of {} numbers", statistics.size(), state_.size()));
    if (!std::all_of(statistics.begin(), statistics.end(), [](double x) { return std::isfinite(x); })) return;
    for (std::size_t t = 0; t < n_terms; ++t) {
        double* const state = &state_[t * (n_statistics_ + 1)];
        state[0] = momentum_ * state[0] + (1 - momentum_);
        for (std::size_t i = 0; i < n_statistics_; ++i)
            state[i + 1] = momentum_ * state[i + 1] + (1 - momentum_) * statistics[t * n_statistics_ + i];
    }
}

void GradientEstimator::restore(std::span<const double> state) {
    const bool fits = n_statistics_ == 0 ? state.empty() : state.size() % (n_statistics_ + 1) == 0;
    if (!fits)
        throw InternalError(
            fmt::format("{}: a state of {} numbers is of another estimator", info().name, state.size()));
    state_.assign(state.begin(), state.end());
}

}  // namespace hpnas
