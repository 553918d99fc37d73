#pragma once
#include "hpnas/config/registry.hpp"
#include "hpnas/strategy/strategy.hpp"

namespace hpnas {

/// Every strategy by name.
const Registry<Strategy, StrategyContext>& strategies();

}  // namespace hpnas
