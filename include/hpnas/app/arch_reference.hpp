#pragma once
#include <cstdint>
#include <string>

#include "hpnas/config/node.hpp"

namespace hpnas {

/// An architecture that a run found.
struct FoundArchitecture {
    ConfigNode space;             ///< as the run's configuration has it, with all options
    std::int64_t resolution = 0;  ///< that the run's configuration gives its networks; 0: the space's own
    std::string arch;             ///< in the space's own notation
};

/// task.resolution of a configuration; 0: it does not say.
std::int64_t resolution_of(const ConfigNode& config);

/// Whether a text is "FILE.h5#N", the N-th of a run's ranked networks.
bool is_run_reference(const std::string& text);
/// Looks it up. @throws DataError, StoreError (no_input if there is no such file) if the file is no result file, its
/// run has not ended yet or ranked fewer networks
FoundArchitecture find_architecture(const std::string& reference);

/// The architecture in words that do not depend on which choices a space offers: its own notation where that names
/// them, the values of slots where it counts them.
std::string named_choices(const FoundArchitecture& found);

/// The same architecture in words that `space`, another configuration of the space it was found in, reads as the same
/// choices: named_choices, whose slots have to be the same in both. @param resolution  of the networks of `space`; 0:
/// its own
/// @throws ConfigError if it is another space, has other slots or lacks a choice
std::string arch_in(const ConfigNode& space, std::int64_t resolution, const FoundArchitecture& found);

}  // namespace hpnas
