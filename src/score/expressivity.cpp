#include "hpnas/score/expressivity.hpp"

#include <limits>

namespace hpnas {

const ScoreInfo& Expressivity::info() const noexcept {
    static const ScoreInfo info{.name = "expressivity", .doc = "ln |F(A) - F(A + gamma B)| (DE-NAS)"};
    return info;
}

double Expressivity::do_compute(ScoreProbe& probe) const {
    const std::vector<PerturbationDraw> draws = perturb(probe, options_, NormVariance::batch);
    if (draws.empty()) return std::numeric_limits<double>::quiet_NaN();
    double sum = 0;
    for (const PerturbationDraw& draw : draws) sum += draw.log_difference;
    return sum / static_cast<double>(draws.size());
}

}  // namespace hpnas
