#include "hpnas/eval/finalists.hpp"

#include <algorithm>
#include <limits>

#include "hpnas/linalg/statistics.hpp"

namespace hpnas {

std::vector<FinalistTiming> measure_finalists(const SearchSpace& space, std::span<const Candidate> finalists,
                                              const Device& device, const NetworkTimingOptions& options, int passes) {
    std::vector<std::vector<double>> times(finalists.size());
    for (int pass = 0; pass < passes && space.has_networks(); ++pass)
        for (std::size_t i = 0; i < finalists.size(); ++i)
            times[i].push_back(time_network(space.decode(finalists[i].encoding), device, options).median_ms);
    std::vector<FinalistTiming> result;
    for (std::vector<double>& t : times)
        if (t.empty()) t.push_back(std::numeric_limits<double>::quiet_NaN());
    for (std::size_t i = 0; i < finalists.size(); ++i)
        result.push_back({.candidate = finalists[i].id,
                          .measured_ms = median(times[i]),
                          .min_ms = *std::min_element(times[i].begin(), times[i].end())});
    return result;
}

}  // namespace hpnas
