#include "hpnas/score/grad_norm.hpp"

#include <cmath>
#include <limits>

#include "hpnas/score/training_pass.hpp"

namespace hpnas {
namespace {

double squared_norm(std::span<const float> values) {
    double sum = 0;
    for (const float value : values) sum += static_cast<double>(value) * static_cast<double>(value);
    return sum;
}

}  // namespace

void GradNormOptions::visit(OptionVisitor& v) {
    v.boolean({"joint", "one norm over all trainable parameters instead of the sum of the layers' norms"}, joint);
}

const ScoreInfo& GradNorm::info() const noexcept {
    static const ScoreInfo info{.name = "grad_norm",
                                .needs_labels = true,
                                .doc = "sum over layers of ||dL/dtheta||_2 (Abdelfattah et al., ICLR 2021)"};
    return info;
}

double GradNorm::do_compute(ScoreProbe& probe) const {
    if (!probe.connected()) return std::numeric_limits<double>::quiet_NaN();
    auto& pass = probe.pass<TrainingPass>();
    const std::span<const float> gradient = pass.loss_gradient();
    if (options_.joint) return std::sqrt(squared_norm(gradient));  // the gaps between tensors are zero
    double sum = 0;
    for (const Parameters::Entry* entry : pass.weights()) {
        sum += std::sqrt(squared_norm(gradient.subspan(entry->offset, pass.parameters().values(*entry).size())));
    }
    return sum;
}

}  // namespace hpnas
