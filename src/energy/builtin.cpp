#include "hpnas/energy/builtin.hpp"

#include "hpnas/energy/energy_table.hpp"
#include "hpnas/energy/rapl_model.hpp"

namespace hpnas {

const Registry<EnergyModel, EnergyContext>& energy_models() {
    static const Registry<EnergyModel, EnergyContext> registry(
        "energy", {
                      registry_entry<EnergyModel, RaplModel, RaplOptions, EnergyContext>(
                          "rapl", "energy of the processor packages of this machine, measured for every network"),
                      registry_entry<EnergyModel, EnergyTable, EnergyTableOptions, EnergyContext>(
                          "table", "energy looked up in a CSV file of yours"),
                  });
    return registry;
}

}  // namespace hpnas
