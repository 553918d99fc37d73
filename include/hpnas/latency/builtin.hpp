#pragma once
#include "hpnas/config/registry.hpp"
#include "hpnas/latency/table_model.hpp"

namespace hpnas {

/// Every latency model by name: linear, measured, mlp, table.
const Registry<LatencyModel, LatencyContext>& latency_models();

}  // namespace hpnas
