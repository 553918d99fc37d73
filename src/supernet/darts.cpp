#include "hpnas/supernet/darts.hpp"

namespace hpnas {

void DartsEstimator::do_estimate(const Term& term, TermEstimate& result) const {
    const std::span<const double> p = term.law.probabilities();
    std::vector<double> losses(1), slopes(p.size());
    term.objective.value_and_grad(p, losses, slopes);
    softmax_backward(term.law.groups(), p, slopes, 1, result.path);
    ReportSums sums;
    sums.add({}, losses);
    result.report = sums.report();
    result.points.assign(p.begin(), p.end());
    result.choices = argmax(term.law.groups(), p);
}

}  // namespace hpnas
