#include "hpnas/eval/candidate_costs.hpp"

#include <fmt/format.h>

#include <cmath>

#include "hpnas/core/error.hpp"

namespace hpnas {

const std::vector<Quantity>& cost_metrics() {
    static const std::vector<Quantity> list{
        {"params", "count", "trainable parameters"},
        {"macs", "count", "multiply-accumulates of one sample's forward pass"},
        {"memory_bytes", "bytes", "most activations alive at a time in one sample's forward pass"},
        {"layers", "count", "convolutions and linear layers on the longest path"},
        {"latency_ms", "ms", "predicted time of one forward pass as deployed"},
        {"energy_mj", "mJ", "energy of one sample's forward pass as deployed"}};
    return list;
}

std::string cost_metric_of(const std::string& objective) {
    if (objective == "latency") return "latency_ms";
    if (objective == "memory") return "memory_bytes";
    if (objective == "energy") return "energy_mj";
    return objective;
}

void check_cost_model(const std::string& metric, const EvaluatorContext& context, const std::string& who) {
    if (metric == "latency_ms" && context.latency == nullptr)
        throw ConfigError(fmt::format("{}: latency needs a latency model: add the key 'latency'", who));
    if (metric == "energy_mj" && context.energy == nullptr)
        throw ConfigError(
            fmt::format("{}: energy needs an energy model: add the key 'energy', {{name: rapl}} to measure it on this "
                        "machine or {{name: table, path: FILE.csv}} to look it up",
                        who));
}

void check_cost_models(const CandidateLimits& limits, const EvaluatorContext& context, const std::string& who) {
    if (limits.bounds_latency()) check_cost_model("latency_ms", context, who + ": limits");
    if (limits.bounds_energy()) check_cost_model("energy_mj", context, who + ": limits");
}

CandidateCost candidate_costs(const Network& network, const Encoding& x, const EvaluatorContext& context,
                              std::span<const LimitedQuantity> limits) {
    CandidateCost cost = candidate_cost(network, context.space->count(x));
    if (context.latency != nullptr) cost.latency_ms = context.latency->predict(network, x).count();
    if (context.energy != nullptr && !broken_limit(limits, cost))
        cost.energy_mj = context.energy->energy_mj(network, x).value_or(cost.energy_mj);
    return cost;
}

std::optional<std::string> refusal(const CandidateCost& cost, const EvaluatorContext& context,
                                   std::span<const LimitedQuantity> limits) {
    if (const auto broken = broken_limit(limits, cost)) return broken->reason;
    if (context.energy != nullptr && std::isnan(cost.energy_mj))
        return fmt::format("energy: {}: this network's is not known", context.energy->name());
    return std::nullopt;
}

}  // namespace hpnas
