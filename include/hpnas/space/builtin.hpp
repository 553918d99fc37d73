#pragma once
#include "hpnas/config/registry.hpp"
#include "hpnas/space/search_space.hpp"

namespace hpnas {

/// Every search space by name.
const Registry<SearchSpace, TaskShape>& spaces();

/// The space that `node` names with all of its options and, where it is written in a file, the file's content: a text
/// that means the same wherever it is read. Mistakes go to the diagnostics.
ConfigNode resolve_space(const ConfigNode& node, std::string_view path, Diagnostics& diagnostics);

}  // namespace hpnas
