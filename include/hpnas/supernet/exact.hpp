#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "hpnas/search/relaxed_objective.hpp"

namespace hpnas {

/// Everything about E[L(z)] and its score-function estimator by looking at every architecture: the oracle of tests and
/// benchmarks.
struct ExactExpectation {
    double value = 0;              ///< E[L(z)]
    std::vector<double> gradient;  ///< by the logits [total]
    double best = 0;               ///< smallest L(z)
    Encoding best_choices;         ///< the first architecture that has it
    double probability_of_best = 0;

    /// Summed variance over the logits of one sample of (L(z) - baseline) grad log p(z).
    double score_variance(double baseline) const;
    /// The constant baseline of least variance.
    double optimal_baseline() const;

    /// E |S|^2, E L |S|^2, E L^2 |S|^2 for the score S by the logits.
    double score_square = 0, loss_score_square = 0, loss_square_score_square = 0;
};

/// Expectation under the law of `logits` softened by `soften`. Cost: one call of value() per architecture.
/// @throws InternalError if there are more than `limit` architectures
ExactExpectation exact_expectation(RelaxedObjective& objective, std::span<const double> logits, double soften = 0,
                                   std::size_t limit = 100000);

}  // namespace hpnas
