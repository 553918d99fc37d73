#pragma once
#include <vector>

#include "hpnas/comm/communicator.hpp"
#include "hpnas/core/named_tensor.hpp"

namespace hpnas {

/// Root's tensors, on every rank, to the bit; the other ranks' arguments do not matter. Collective.
std::vector<NamedTensor> broadcast_tensors(Communicator& comm, std::vector<NamedTensor> tensors, int root = 0);

}  // namespace hpnas
