#include "hpnas/score/synflow.hpp"

#include <vector>

#include "hpnas/score/flow.hpp"
#include "hpnas/score/probe.hpp"

namespace hpnas {

const ScoreInfo& Synflow::info() const noexcept {
    static const ScoreInfo info{
        .name = "synflow", .unit = "ln 1", .doc = "ln of the sum of |w dR/dw| on positive weights, norms bypassed"};
    return info;
}

double Synflow::do_compute(ScoreProbe& probe) const {
    std::vector<double> logs;
    for (const Flow::Layer& layer : probe.pass<StandardFlow>().layers()) logs.push_back(layer.log_saliency);
    return log_sum(logs);
}

}  // namespace hpnas
