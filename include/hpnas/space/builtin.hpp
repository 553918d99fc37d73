#pragma once
#include "hpnas/config/registry.hpp"
#include "hpnas/space/search_space.hpp"

namespace hpnas {

/// Every search space by name.
const Registry<SearchSpace, TaskShape>& spaces();

}  // namespace hpnas
