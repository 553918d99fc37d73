#include "hpnas/energy/energy_model.hpp"

#include <fmt/format.h>

#include <cmath>

#include "hpnas/core/error.hpp"

namespace hpnas {

std::optional<double> EnergyModel::energy_mj(const Network& network, const Encoding& x) {
    const std::optional<double> energy = do_energy_mj(network, x);
    if (energy && !(std::isfinite(*energy) && *energy > 0))
        throw DataError(fmt::format("energy: {}: expected an energy > 0 mJ, got {}", name(), *energy));
    return energy;
}

}  // namespace hpnas
