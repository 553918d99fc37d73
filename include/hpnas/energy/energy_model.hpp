#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hpnas/graph/network.hpp"
#include "hpnas/search/candidate.hpp"
#include "hpnas/space/search_space.hpp"
#include "hpnas/train/executor.hpp"

namespace hpnas {

/// What every energy model gets from the run. The pointers may be null where a run has no such thing.
struct EnergyContext {
    const SearchSpace* space = nullptr;
    const Device* device = nullptr;
    /// Does work while nothing else of this run computes on the node; empty: nothing else does anyway.
    std::function<void(const std::function<void()>& work)> alone{};
};

/// Measures or looks up the energy of one inference: one forward pass of a deployed network, divided by its samples.
class EnergyModel {
public:
    virtual ~EnergyModel() = default;
    virtual std::string_view name() const noexcept = 0;
    /// Energy of one sample in mJ, > 0; nothing if it is not known of this network.
    std::optional<double> energy_mj(const Network& network, const Encoding& x);
    /// What decides energies beside the options, as lines "facts.key=value".
    virtual std::vector<std::string> facts() const { return {}; }

private:
    virtual std::optional<double> do_energy_mj(const Network& network, const Encoding& x) = 0;
};

}  // namespace hpnas
