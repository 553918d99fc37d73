#include "hpnas/supernet/reinforce.hpp"

namespace hpnas {

ReinforceEstimator::ReinforceEstimator(ReinforceOptions options)
    : GradientEstimator(options.sampling.soften, 1, options.baseline.momentum), options_(std::move(options)) {
    options_.baseline.check(options_.sampling);
}

void ReinforceEstimator::do_estimate(const Term& term, TermEstimate& result) const {
    const ChoiceGroups& groups = term.law.groups();
    const std::size_t rows = sample_rows(options_.sampling, term.objective);
    const std::size_t n = rows * static_cast<std::size_t>(options_.sampling.samples);
    std::vector<double> losses(n);
    std::vector<std::int16_t> choices;
    ReportSums sums;
    for (std::int64_t i = 0; i < options_.sampling.samples; ++i) {
        // The temperature smooths only what is not used here.
        const GumbelSample sample =
            gumbel_sample(term.law, sample_noise(options_.sampling, term.objective, term.key, i), 1);
        const std::span<double> part = std::span(losses).subspan(static_cast<std::size_t>(i) * rows, rows);
        term.objective.value(sample.choices, part);
        sums.add(part, {});
        choices.insert(choices.end(), sample.choices.begin(), sample.choices.end());
    }
    result.report = sums.report();
    result.statistics[0] = result.report.discrete;
    options_.baseline.subtract(losses, term.means.empty() ? 0.0 : term.means[0]);
    for (std::size_t i = 0; i < n; ++i)
        term.law.add_score(std::span(choices).subspan(i * groups.count(), groups.count()),
                           losses[i] / static_cast<double>(n), result.score);
    choices.resize(rows * groups.count());
    result.points = vertices(groups, choices);
    result.choices = std::move(choices);
}

}  // namespace hpnas
