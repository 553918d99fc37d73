#pragma once
#include <functional>

#include "hpnas/comm/communicator.hpp"

namespace hpnas {

/// Runs `body` on n ranks that are threads of this process (of one node) and waits for all: for tests. If one throws,
/// the others' next communication throws CommError, and the first rank's error is rethrown here. Communicator::abort is
/// such an error.
void run_ranks(int n, const std::function<void(Communicator&)>& body);

}  // namespace hpnas
