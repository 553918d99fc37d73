#pragma once
#include <string>

#include "hpnas/config/node.hpp"

namespace hpnas {

/// An architecture that a run found.
struct FoundArchitecture {
    ConfigNode space;  ///< as the run's configuration has it, with all options
    std::string arch;  ///< in the space's own notation
};

/// Whether a text is "FILE.h5#N", the N-th of a run's ranked networks.
bool is_run_reference(const std::string& text);
/// Looks it up. @throws DataError, StoreError (no_input if there is no such file) if the file is no result file, its
/// run has not ended yet or ranked fewer networks
FoundArchitecture find_architecture(const std::string& reference);

}  // namespace hpnas
