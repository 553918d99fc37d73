#include "hpnas/score/size_scores.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "hpnas/score/probe.hpp"

namespace hpnas {

const ScoreInfo& ParameterCount::info() const noexcept {
    static const ScoreInfo info{.name = "params", .doc = "trainable parameters"};
    return info;
}
double ParameterCount::do_compute(ScoreProbe& probe) const { return static_cast<double>(probe.cost().parameters); }

const ScoreInfo& MacCount::info() const noexcept {
    static const ScoreInfo info{.name = "macs", .doc = "multiply-accumulates of one sample"};
    return info;
}
double MacCount::do_compute(ScoreProbe& probe) const { return static_cast<double>(probe.cost().macs); }

const ScoreInfo& Depth::info() const noexcept {
    static const ScoreInfo info{.name = "depth", .doc = "convolutions and linear layers on the longest way"};
    return info;
}
double Depth::do_compute(ScoreProbe& probe) const {
    std::vector<int> depth;
    for (const Node& node : probe.network().nodes()) {
        int longest = 0;
        for (const NodeId input : node.inputs) longest = std::max(longest, depth[static_cast<std::size_t>(input)]);
        const bool layer = node.op != nullptr && (node.op->type() == "conv2d" || node.op->type() == "linear");
        depth.push_back(longest + (layer ? 1 : 0));
    }
    int result = 0;
    for (const NodeId id : probe.network().outputs()) result = std::max(result, depth[static_cast<std::size_t>(id)]);
    return result;
}

const ScoreInfo& Latency::info() const noexcept {
    static const ScoreInfo info{
        .name = "latency", .larger_is_better = false, .unit = "ms", .doc = "predicted latency of the candidate"};
    return info;
}
double Latency::do_compute(ScoreProbe& probe) const {
    return probe.settings().latency_ms.value_or(std::numeric_limits<double>::quiet_NaN());
}

}  // namespace hpnas
