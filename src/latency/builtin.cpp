#include "hpnas/latency/builtin.hpp"

#include "hpnas/latency/measured_model.hpp"
#include "hpnas/latency/surrogate_model.hpp"

namespace hpnas {

const Registry<LatencyModel, LatencyContext>& latency_models() {
    static const Registry<LatencyModel, LatencyContext> registry(
        "latency", {
                       registry_entry<LatencyModel, LinearModel, SurrogateModelOptions, LatencyContext>(
                           "linear", "ridge regression on the choices, fitted to measured networks of the space"),
                       registry_entry<LatencyModel, MeasuredModel, MeasuredModelOptions, LatencyContext>(
                           "measured", "time of the whole network on this machine, measured for every network"),
                       registry_entry<LatencyModel, MlpModel, SurrogateModelOptions, LatencyContext>(
                           "mlp", "fully connected network on the choices, fitted to measured networks of the space"),
                       registry_entry<LatencyModel, TableModel, TableModelOptions, LatencyContext>(
                           "table", "calibrated sum of table times of the network's blocks"),
                   });
    return registry;
}

}  // namespace hpnas
