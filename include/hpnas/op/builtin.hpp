#pragma once
#include "hpnas/config/registry.hpp"
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Every operator. The contract suite tests each entry, so registered means tested.
const Registry<Operator>& operators();

}  // namespace hpnas
