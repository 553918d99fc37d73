#include "hpnas/score/fisher.hpp"

#include <limits>

#include "hpnas/score/training_pass.hpp"

namespace hpnas {

const ScoreInfo& Fisher::info() const noexcept {
    static const ScoreInfo info{
        .name = "fisher",
        .needs_labels = true,
        .doc = "sum over channels of weights * 1/2 mean_n (sum_hw a dL/da)^2 (Turner et al., ICLR 2020)"};
    return info;
}

double Fisher::do_compute(ScoreProbe& probe) const {
    if (!probe.connected()) return std::numeric_limits<double>::quiet_NaN();
    return probe.pass<TrainingPass>().fisher_information();
}

}  // namespace hpnas
