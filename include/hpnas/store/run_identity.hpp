#pragma once
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
};

/// One line per difference, "search.strategy.name: run has bayes, now random", for every leaf of the two YAML texts that differs.
/// @param allowed  keys (or prefixes of keys, whole components: "budget" covers "budget.candidates") that may differ
std::vector<std::string> config_differences(std::string_view before, std::string_view now,
                                            const std::vector<std::string>& allowed);

/// The same for whole identities: config, space, quantities, seed.
std::vector<std::string> identity_differences(const RunIdentity& before, const RunIdentity& now,
                                              const std::vector<std::string>& allowed);

}  // namespace hpnas
