#pragma once
#include <array>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "hpnas/config/options.hpp"
#include "hpnas/graph/network.hpp"

namespace hpnas {

/// What limits are about: the cost of one candidate.
struct CandidateCost {
    double params = 0;
    double macs = 0;
    double memory_bytes = 0;  ///< most activations alive at a time in one sample's forward pass, float32
    double layers = 0;
    double latency_ms = std::numeric_limits<double>::quiet_NaN();  ///< predicted; NaN: unknown
};

/// Everything but the latency.
CandidateCost candidate_cost(const Network& network);

/// Convolutions and linear layers on the longest path from an input to an output.
std::int64_t layer_count(const Network& network);

/// A bounded quantity, in the order of CandidateLimits.
struct LimitedQuantity {
    std::string_view name, unit;
    double CandidateCost::*value;
};
inline constexpr std::array<LimitedQuantity, 5> limited_quantities{{{"params", "", &CandidateCost::params},
                                                                    {"macs", "", &CandidateCost::macs},
                                                                    {"memory", " bytes", &CandidateCost::memory_bytes},
                                                                    {"layers", "", &CandidateCost::layers},
                                                                    {"latency", " ms", &CandidateCost::latency_ms}}};

/// Bounds that a candidate must keep to be worth evaluating. 0 as an upper bound: none.
struct CandidateLimits {
    double min_params = 0, max_params = 0;
    double min_macs = 0, max_macs = 0;
    double min_memory_bytes = 0, max_memory_bytes = 0;
    double min_layers = 0, max_layers = 0;
    double min_latency_ms = 0, max_latency_ms = 0;
    void visit(OptionVisitor& v);

    bool bounds_latency() const noexcept { return min_latency_ms > 0 || max_latency_ms > 0; }
    bool any() const noexcept;
};

/// A bound that a candidate breaks.
struct BrokenLimit {
    std::size_t quantity = 0;  ///< index in limited_quantities
    bool above = false;        ///< the upper bound, not the lower one
    std::string reason;        ///< one sentence
};

/// The first bound that is broken; nothing if all are kept. A NaN breaks no bound.
std::optional<BrokenLimit> broken_limit(const CandidateLimits& limits, const CandidateCost& cost);

}  // namespace hpnas
