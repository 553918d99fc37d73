#pragma once
#include "hpnas/app/command.hpp"
#include "hpnas/config/node.hpp"

namespace hpnas {

/// The space that --space and its options name, as a configuration would: {name, options...}.
/// @throws ConfigError if the options are no map
ConfigNode space_node(const Command& command);

}  // namespace hpnas
