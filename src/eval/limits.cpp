#include "hpnas/eval/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace hpnas {
namespace {

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
    v.number({"max_latency_ms",
              "longest predicted latency (ms); 0: no bound; a model that measures does so when a "
              "candidate is evaluated, the other bounds are kept before that",
              0},
             max_latency_ms);
    v.number({"min_energy_mj", "least energy of one sample (mJ)", 0}, min_energy_mj);
    v.number({"max_energy_mj", "most energy of one sample (mJ); 0: no bound; kept when a candidate is evaluated", 0},
             max_energy_mj);
    v.subtree({"counts", "map of bounds on what the space counts beside these: min_NAME, max_NAME (hpnas list spaces)"},
              counts);
}

std::vector<LimitedQuantity> limited_quantities(const CandidateLimits& limits, const SearchSpace& space) {
    std::vector<LimitedQuantity> list{{"params", "", limits.min_params, limits.max_params},
                                      {"macs", "", limits.min_macs, limits.max_macs},
                                      {"memory", " bytes", limits.min_memory_bytes, limits.max_memory_bytes},
                                      {"layers", "", limits.min_layers, limits.max_layers},
                                      {"latency", " ms", limits.min_latency_ms, limits.max_latency_ms},
                                      {"energy", " mJ", limits.min_energy_mj, limits.max_energy_mj}};
    const std::size_t first = list.size();
    for (const Quantity& count : space.counts()) list.push_back({count.name, "", 0, 0});
    Diagnostics diagnostics;
    read_options(limits.counts, "objective.limits.counts", diagnostics, {}, [&](OptionVisitor& v) {
        for (std::size_t i = 0; i < space.counts().size(); ++i) {
            const Quantity& count = space.counts()[i];
            const std::string low = "min_" + count.name, high = "max_" + count.name;
            v.number({low, count.doc, 0}, list[first + i].low);
            v.number({high, count.doc, 0}, list[first + i].high);
        }
    });
    diagnostics.throw_if_any();
    for (const auto& [name, unit, low, high] : list)
        if (high > 0 && low > high)
            throw ConfigError(
                fmt::format("objective.limits: {}: the lower bound {:.10g}{} is above the upper bound "
                            "{:.10g}{}: no network is between them",
                            name, low, unit, high, unit));
    return list;
}

std::vector<double> limited_values(const CandidateCost& cost) {
    std::vector<double> values{cost.params, cost.macs, cost.memory_bytes, cost.layers, cost.latency_ms, cost.energy_mj};
    values.insert(values.end(), cost.counts.begin(), cost.counts.end());
    return values;
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

CandidateCost candidate_cost(const Network& network, std::vector<double> counts) {
    const Cost cost = network.cost();
    CandidateCost result;
    result.params = static_cast<double>(cost.parameters);
    result.macs = static_cast<double>(cost.macs);
    result.memory_bytes = static_cast<double>(cost.peak_bytes);
    result.layers = static_cast<double>(layer_count(network));
    result.counts = std::move(counts);
    return result;
}

std::optional<BrokenLimit> broken_limit(std::span<const LimitedQuantity> limits, const CandidateCost& cost) {
    const std::vector<double> values = limited_values(cost);
    for (std::size_t i = 0; i < std::min(limits.size(), values.size()); ++i) {
        const auto& [name, unit, low, high] = limits[i];
        const double value = values[i];
        if (value < low)
            return BrokenLimit{i, false,
                               fmt::format("{} = {:.10g}{} is below the limit {:.10g}", name, value, unit, low)};
        if (high > 0 && value > high)
            return BrokenLimit{i, true,
                               fmt::format("{} = {:.10g}{} is above the limit {:.10g}", name, value, unit, high)};
    }
    return std::nullopt;
}

}  // namespace hpnas
