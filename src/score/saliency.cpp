#include "hpnas/score/saliency.hpp"

#include <array>
#include <cmath>
#include <vector>

#include "hpnas/score/attention_layers.hpp"
#include "hpnas/score/flow.hpp"
#include "hpnas/score/probe.hpp"

namespace hpnas {

void SaliencyOptions::visit(OptionVisitor& v) {
    constexpr std::array<std::string_view, 2> choices{"normal", "standard"};
    v.choice({"weights", "start of the weights: N(0, 1) or as the operators say"}, weights, choices);
}

const ScoreInfo& Saliency::info() const noexcept {
    static const ScoreInfo info{
        .name = "saliency", .unit = "ln 1", .doc = "ln of the sum over layers of sum |w dR/dw| per channel (DE-NAS)"};
    return info;
}

double Saliency::do_compute(ScoreProbe& probe) const {
    const Flow& flow = options_.weights == "normal" ? static_cast<const Flow&>(probe.pass<NormalFlow>())
                                                    : static_cast<const Flow&>(probe.pass<StandardFlow>());
    const AttentionLayers layers(probe.network());
    std::vector<double> logs;
    for (const Flow::Layer& layer : flow.layers())
        if (!layers.any() || layers.in_mlp(layer.node))
            logs.push_back(layer.log_saliency - std::log(static_cast<double>(layer.outputs)));
    return log_sum(logs);
}

}  // namespace hpnas
