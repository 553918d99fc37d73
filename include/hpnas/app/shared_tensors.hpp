#pragma once
#include <vector>

#include "hpnas/core/named_tensor.hpp"

namespace hpnas {

class Communicator;

/// Rank 0's tensors on every rank. Collective.
std::vector<NamedTensor> broadcast_tensors(Communicator& comm, std::vector<NamedTensor> tensors);

}  // namespace hpnas
