#include "hpnas/eval/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace hpnas {
namespace {

struct Bounds {
    double low, high;
};

std::array<Bounds, limited_quantities.size()> bounds_of(const CandidateLimits& limits) {
    return {{{limits.min_params, limits.max_params},
             {limits.min_macs, limits.max_macs},
             {limits.min_memory_bytes, limits.max_memory_bytes},
             {limits.min_layers, limits.max_layers},
             {limits.min_latency_ms, limits.max_latency_ms}}};
}

bool is_layer(const Node& node) {
    return node.op != nullptr && (node.op->type() == "conv2d" || node.op->type() == "linear");
}

}  // namespace

void CandidateLimits::visit(OptionVisitor& v) {
    v.number({"min_params", "fewest trainable parameters (count)", 0}, min_params);
    v.number({"max_params", "most trainable parameters (count); 0: no bound", 0}, max_params);
    v.number({"min_macs", "fewest multiply-accumulates per sample (count)", 0}, min_macs);
    v.number({"max_macs", "most multiply-accumulates per sample (count); 0: no bound", 0}, max_macs);
    v.number({"min_memory_bytes", "smallest peak of a sample's activations in the forward pass (bytes)", 0},
             min_memory_bytes);
    v.number({"max_memory_bytes", "largest peak of a sample's activations (bytes); 0: no bound", 0}, max_memory_bytes);
    v.number({"min_layers", "fewest convolutions and linear layers on the longest path (count)", 0}, min_layers);
    v.number({"max_layers", "most convolutions and linear layers on the longest path (count); 0: no bound", 0},
             max_layers);
    v.number({"min_latency_ms", "shortest predicted latency (ms)", 0}, min_latency_ms);
    v.number({"max_latency_ms", "longest predicted latency (ms); 0: no bound", 0}, max_latency_ms);
}

bool CandidateLimits::any() const noexcept {
    const auto bounds = bounds_of(*this);
    return std::any_of(bounds.begin(), bounds.end(), [](const Bounds& b) { return b.low > 0 || b.high > 0; });
}

std::int64_t layer_count(const Network& network) {
    std::vector<std::int64_t> depth(network.nodes().size(), 0);
    for (std::size_t i = 0; i < depth.size(); ++i) {
        for (const NodeId input : network.nodes()[i].inputs)
            depth[i] = std::max(depth[i], depth[static_cast<std::size_t>(input)]);
        if (is_layer(network.nodes()[i])) ++depth[i];
    }
    std::int64_t longest = 0;
    for (const NodeId output : network.outputs()) longest = std::max(longest, depth[static_cast<std::size_t>(output)]);
    return longest;
}

CandidateCost candidate_cost(const Network& network) {
    const Cost cost = network.cost();
    CandidateCost result;
    result.params = static_cast<double>(cost.parameters);
    result.macs = static_cast<double>(cost.macs);
    result.memory_bytes = static_cast<double>(cost.peak_bytes);
    result.layers = static_cast<double>(layer_count(network));
    return result;
}

std::optional<BrokenLimit> broken_limit(const CandidateLimits& limits, const CandidateCost& cost) {
    const auto bounds = bounds_of(limits);
    for (std::size_t i = 0; i < limited_quantities.size(); ++i) {
        const auto& [name, unit, member] = limited_quantities[i];
        const double value = cost.*member;
        if (value < bounds[i].low)
            return BrokenLimit{
                i, false, fmt::format("{} = {:.10g}{} is below the limit {:.10g}", name, value, unit, bounds[i].low)};
        if (bounds[i].high > 0 && value > bounds[i].high)
            return BrokenLimit{
                i, true, fmt::format("{} = {:.10g}{} is above the limit {:.10g}", name, value, unit, bounds[i].high)};
    }
    return std::nullopt;
}

}  // namespace hpnas
