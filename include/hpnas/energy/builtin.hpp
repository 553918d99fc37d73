#pragma once
#include "hpnas/config/registry.hpp"
#include "hpnas/energy/energy_model.hpp"

namespace hpnas {

/// Every energy model, by the name that YAML uses.
const Registry<EnergyModel, EnergyContext>& energy_models();

}  // namespace hpnas
