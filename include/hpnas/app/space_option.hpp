#pragma once
#include <string>

#include "hpnas/config/node.hpp"

namespace hpnas {

/// The space that --space (a name, or a file X.yaml) and its options (a YAML map or nothing) name, as a configuration
/// would: {name, options...}.
/// @param option  that the options come from, for messages
/// @throws ConfigError if the options are no map
ConfigNode space_node(const std::string& space, const std::string& options,
                      const std::string& option = "--space-options");

}  // namespace hpnas
