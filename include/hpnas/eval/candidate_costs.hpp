#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hpnas/eval/evaluator_context.hpp"
#include "hpnas/eval/limits.hpp"
#include "hpnas/search/candidate.hpp"

namespace hpnas {

/// The costs of a network as metrics: params, macs, memory_bytes, layers, latency_ms, energy_mj, in the order of
/// limited_values().
const std::vector<Quantity>& cost_metrics();
/// The metric that an objective's name means: "latency" is latency_ms, "memory" memory_bytes, "energy" energy_mj; other
/// names are those of the metrics.
std::string cost_metric_of(const std::string& objective);

/// @throws ConfigError if the metric or the limits are of a cost that no model of the run tells, naming `who` and the
/// key that is missing
void check_cost_model(const std::string& metric, const EvaluatorContext& context, const std::string& who);
void check_cost_models(const CandidateLimits& limits, const EvaluatorContext& context, const std::string& who);

/// The costs of one candidate: counted, and as the latency and the energy model of the run tell them, if there are any.
/// Energy is asked for only if the other costs keep the limits. @pre the context has a space
CandidateCost candidate_costs(const Network& network, const Encoding& x, const EvaluatorContext& context,
                              std::span<const LimitedQuantity> limits);
/// Why a candidate of these costs is not evaluated, in one sentence: a limit is broken, or its energy is not known.
std::optional<std::string> refusal(const CandidateCost& cost, const EvaluatorContext& context,
                                   std::span<const LimitedQuantity> limits);

}  // namespace hpnas
