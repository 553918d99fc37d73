#include "hpnas/score/snip.hpp"

#include <cmath>
#include <limits>

#include "hpnas/score/training_pass.hpp"

namespace hpnas {

const ScoreInfo& Snip::info() const noexcept {
    static const ScoreInfo info{
        .name = "snip", .needs_labels = true, .doc = "sum over weights of |theta dL/dtheta| (Lee et al., ICLR 2019)"};
    return info;
}

double Snip::do_compute(ScoreProbe& probe) const {
    if (!probe.connected()) return std::numeric_limits<double>::quiet_NaN();
    auto& pass = probe.pass<TrainingPass>();
    const std::vector<float>& gradient = pass.loss_gradient();
    double sum = 0;
    for (const Parameters::Entry* entry : pass.weights()) {
        const std::span<const float> values = pass.parameters().values(*entry);
        for (std::size_t i = 0; i < values.size(); ++i) {
            sum += std::abs(static_cast<double>(values[i]) * static_cast<double>(gradient[entry->offset + i]));
        }
    }
    return sum;
}

}  // namespace hpnas
