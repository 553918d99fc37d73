#pragma once
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/graph/network.hpp"
#include "hpnas/space/search_space.hpp"

namespace hpnas {

/// What limits are about: the cost of one candidate.
struct CandidateCost {
    double params = 0;
    double macs = 0;
    double memory_bytes = 0;  ///< most activations alive at a time in one sample's forward pass, float32
    double layers = 0;
    double latency_ms = std::numeric_limits<double>::quiet_NaN();  ///< predicted; NaN: unknown
    double energy_mj = std::numeric_limits<double>::quiet_NaN();   ///< of one sample; NaN: unknown
    std::vector<double> counts{};                                  ///< SearchSpace::count
};

/// Everything but latency and energy.
CandidateCost candidate_cost(const Network& network, std::vector<double> counts = {});

/// Convolutions and linear layers on the longest path from an input to an output.
std::int64_t layer_count(const Network& network);

/// Bounds that a candidate must keep to be worth evaluating. 0 as an upper bound: none.
struct CandidateLimits {
    double min_params = 0, max_params = 0;
    double min_macs = 0, max_macs = 0;
    double min_memory_bytes = 0, max_memory_bytes = 0;
    double min_layers = 0, max_layers = 0;
    double min_latency_ms = 0, max_latency_ms = 0;
    double min_energy_mj = 0, max_energy_mj = 0;
    ConfigNode counts{};  ///< map of bounds min_NAME and max_NAME on the space's counts
    void visit(OptionVisitor& v);

    bool bounds_latency() const noexcept { return min_latency_ms > 0 || max_latency_ms > 0; }
    bool bounds_energy() const noexcept { return min_energy_mj > 0 || max_energy_mj > 0; }
};

/// A number of every candidate, and its bounds.
struct LimitedQuantity {
    std::string name, unit;
    double low = 0;
    double high = 0;  ///< 0: none
    bool bounded() const noexcept { return low > 0 || high > 0; }
};

/// The quantities of CandidateCost: those of CandidateLimits in their order, then the space's counts.
/// @throws ConfigError with file and line naming a count that the space has not
std::vector<LimitedQuantity> limited_quantities(const CandidateLimits& limits, const SearchSpace& space);
/// Their values, in the same order.
std::vector<double> limited_values(const CandidateCost& cost);

/// A bound that a candidate breaks.
struct BrokenLimit {
    std::size_t quantity = 0;  ///< index in limited_quantities
    bool above = false;        ///< the upper bound, not the lower one
    std::string reason;        ///< one sentence
};

/// The first bound that is broken; nothing if all are kept. A NaN breaks no bound.
std::optional<BrokenLimit> broken_limit(std::span<const LimitedQuantity> limits, const CandidateCost& cost);

}  // namespace hpnas
