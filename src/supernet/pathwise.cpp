#include "hpnas/supernet/pathwise.hpp"

namespace hpnas {

void PathwiseEstimator::do_estimate(const Term& term, TermEstimate& result) const {
    const ChoiceGroups& groups = term.law.groups();
    const std::size_t rows = sample_rows(options_.sampling, term.objective), total = groups.total();
    const double temperature = options_.relaxation.at(term.progress);
    const double share = 1.0 / static_cast<double>(options_.sampling.samples * static_cast<std::int64_t>(rows));
    std::vector<double> losses(rows), slopes(rows * total), by_perturbed(total);
    ReportSums sums;
    for (std::int64_t i = 0; i < options_.sampling.samples; ++i) {
        GumbelSample sample =
            gumbel_sample(term.law, sample_noise(options_.sampling, term.objective, term.key, i), temperature);
        std::vector<double> points = straight_through_ ? vertices(groups, sample.choices) : sample.relaxed;
        term.objective.value_and_grad(points, losses, slopes);
        sums.add({}, losses);
        for (std::size_t at = 0; at < slopes.size(); at += total) {
            softmax_backward(groups, std::span(sample.relaxed).subspan(at, total), std::span(slopes).subspan(at, total),
                             temperature, by_perturbed);
            for (std::size_t j = 0; j < total; ++j) result.path[j] += share * by_perturbed[j];
        }
        if (i > 0) continue;
        result.points = std::move(points);
        result.choices = std::move(sample.choices);
    }
    result.report = sums.report();
}

}  // namespace hpnas
