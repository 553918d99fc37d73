#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hpnas/search/candidate.hpp"

namespace hpnas {

/// What makes two runs the same run: the journal's first record. A run is continued only under an equal identity.
struct RunIdentity {
    std::string config;               ///< resolved configuration, YAML text
    std::vector<Decision> decisions;  ///< of the search space
    std::vector<Quantity> objectives;
    std::vector<Quantity> metrics;
    std::uint64_t seed = 0;
    /// Names of the objectives or metrics that span the stored Pareto front; empty: the objectives.
    std::vector<std::string> pareto;
    /// The first so many metrics are deterministic; those after them are measured times, stored under /timing. -1: all
    /// are.
    std::int64_t n_deterministic_metrics = -1;

    std::size_t deterministic_metrics() const noexcept {
        return n_deterministic_metrics < 0 ? metrics.size() : static_cast<std::size_t>(n_deterministic_metrics);
    }
};

/// One line per difference, "search.strategy.name: run has bayes, now random", for every leaf of the two YAML texts
/// that differs.
/// @param allowed  keys (or prefixes of keys, whole components: "budget" covers "budget.candidates") that may differ
std::vector<std::string> config_differences(std::string_view before, std::string_view now,
                                            const std::vector<std::string>& allowed);

/// The same for whole identities: config, space, quantities, seed.
std::vector<std::string> identity_differences(const RunIdentity& before, const RunIdentity& now,
                                              const std::vector<std::string>& allowed);

}  // namespace hpnas
