#pragma once
#include <string_view>
#include <vector>

#include "hpnas/config/node.hpp"
#include "hpnas/space/staged_attribute.hpp"

namespace hpnas {

/// What a run says about the choices of one decision: a value, a list, or {from:, to:, step:} with both ends. Made from
/// YAML text, for defaults: choices("[3, 3.5, 4]").
ConfigNode choices(std::string_view yaml);

/// The values of such a node; rule.key names it in messages. @throws ConfigError with file and line
std::vector<double> read_choices(const ConfigNode& node, const AttributeRule& rule);

}  // namespace hpnas
