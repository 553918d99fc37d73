#include "hpnas/supernet/exact.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "hpnas/core/error.hpp"
#include "hpnas/supernet/categorical.hpp"

namespace hpnas {
namespace {

/// The next architecture in lexicographic order; false after the last.
bool advance(const ChoiceGroups& groups, Encoding& choices) {
    for (std::size_t g = groups.count(); g-- > 0;) {
        if (static_cast<std::size_t>(++choices[g]) < groups.size(g)) return true;
        choices[g] = 0;
    }
    return false;
}

void check_size(const ChoiceGroups& groups, std::size_t limit) {
    double size = 1;
    for (std::size_t g = 0; g < groups.count(); ++g) size *= static_cast<double>(groups.size(g));
    if (size > static_cast<double>(limit))
        throw InternalError(fmt::format("exact expectation: {:.3g} architectures, at most {}", size, limit));
}

}  // namespace

double ExactExpectation::score_variance(double baseline) const {
    double mean_square = 0;
    for (const double g : gradient) mean_square += g * g;
    return loss_square_score_square - 2 * baseline * loss_score_square + baseline * baseline * score_square -
           mean_square;
}

double ExactExpectation::optimal_baseline() const { return loss_score_square / score_square; }

ExactExpectation exact_expectation(RelaxedObjective& objective, std::span<const double> logits, double soften,
                                   std::size_t limit) {
    const ChoiceGroups& groups = objective.groups();
    check_size(groups, limit);
    const SoftenedLaw law(groups, logits, soften);
    ExactExpectation result;
    result.gradient.assign(groups.total(), 0.0);
    result.best = std::numeric_limits<double>::infinity();
    Encoding choices(groups.count(), 0);
    do {
        double loss = 0;
        objective.value(choices, std::span(&loss, 1));
        const double p = std::exp(law.log_probability(choices));
        std::vector<double> score(groups.total());
        law.add_score(choices, 1, score);
        law.chain_to_logits(score);
        double square = 0;
        for (std::size_t j = 0; j < score.size(); ++j) {
            square += score[j] * score[j];
            result.gradient[j] += p * loss * score[j];
        }
        result.value += p * loss;
        result.score_square += p * square;
        result.loss_score_square += p * loss * square;
        result.loss_square_score_square += p * loss * loss * square;
        if (!(loss < result.best)) continue;
        result.best = loss;
        result.best_choices = choices;
        result.probability_of_best = p;
    } while (advance(groups, choices));
    return result;
}

}  // namespace hpnas
