#include "hpnas/score/zen.hpp"

#include <array>
#include <limits>

namespace hpnas {

void ZenOptions::visit(OptionVisitor& v) {
    constexpr std::array<std::string_view, 2> variants{"paper", "reference_code"};
    v.choice({"variant", "variance of batch norms: the paper's or the running one of the authors' code"}, variant,
             variants);
    perturbation.visit(v);
}

const ScoreInfo& Zen::info() const noexcept {
    static const ScoreInfo info{.name = "zen",
                                .doc = "ln |F(A) - F(A + gamma B)| + sum of ln sigma of batch norms (Zen-NAS)"};
    return info;
}

double Zen::do_compute(ScoreProbe& probe) const {
    const auto variance = options_.variant == "paper" ? NormVariance::batch : NormVariance::running;
    const std::vector<PerturbationDraw> draws = perturb(probe, options_.perturbation, variance);
    if (draws.empty()) return std::numeric_limits<double>::quiet_NaN();
    double sum = 0;
    for (const PerturbationDraw& draw : draws) sum += draw.log_difference + draw.log_norms;
    return sum / static_cast<double>(draws.size());
}

}  // namespace hpnas
