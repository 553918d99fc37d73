#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hpnas/latency/network_timing.hpp"
#include "hpnas/search/candidate.hpp"
#include "hpnas/space/search_space.hpp"

namespace hpnas {

/// A network of the final ranking, timed whole.
struct FinalistTiming {
    std::int64_t candidate = -1;
    double measured_ms = 0;  ///< median over passes of one forward pass as deployed
    double min_ms = 0;       ///< fastest pass
};

/// Times the finalists end to end, all of them in each of several passes, so that a drift of the machine's clock does
/// not favour one. Only one rank of a node may do so at a time, and nothing else may compute meanwhile.
/// NaN if the space has no networks.
/// @param passes  >= 1
std::vector<FinalistTiming> measure_finalists(const SearchSpace& space, std::span<const Candidate> finalists,
                                              const Device& device, const NetworkTimingOptions& options, int passes);

}  // namespace hpnas
