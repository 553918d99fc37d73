#include "hpnas/space/choices.hpp"

#include <string>

#include "hpnas/core/error.hpp"

namespace hpnas {

ConfigNode choices(std::string_view yaml) { return parse_yaml(yaml, "default"); }

std::vector<double> read_choices(const ConfigNode& node, const AttributeRule& rule) {
    Diagnostics diagnostics;
    const std::optional<Attribute> attribute = read_attribute(node, std::string(rule.key), rule, diagnostics);
    diagnostics.throw_if_any();
    return attribute.value_or(Attribute{}).values;
}

}  // namespace hpnas
