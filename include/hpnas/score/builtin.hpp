#pragma once
#include "hpnas/config/registry.hpp"
#include "hpnas/score/score.hpp"

namespace hpnas {

/// Every train-free score by name.
const Registry<Score>& scores();

}  // namespace hpnas
