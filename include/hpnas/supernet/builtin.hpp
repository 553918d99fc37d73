#pragma once
#include "hpnas/config/registry.hpp"
#include "hpnas/supernet/estimator.hpp"

namespace hpnas {

/// Every gradient estimator by name: darts, gdas, reinforce, snas, unas.
const Registry<GradientEstimator>& estimators();

}  // namespace hpnas
