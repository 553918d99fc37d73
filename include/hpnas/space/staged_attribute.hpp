#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "hpnas/space/staged_spec.hpp"

namespace hpnas {

/// What the values of a stage's attribute may be.
struct AttributeRule {
    enum class Kind : std::uint8_t { integer, number, boolean, activation };
    std::string_view key;
    std::string_view doc;
    Kind kind = Kind::integer;
    double min = 0, max = 0;  ///< inclusive
    bool odd = false;
    bool ordered = true;  ///< neighbouring choices behave alike
};

/// resolution, filters, kernel, expansion, se, activation, layers.
std::span<const AttributeRule> attribute_rules() noexcept;
/// @param key  one of attribute_rules()
const AttributeRule& attribute_rule(std::string_view key);

/// Reads an attribute: one value (fixed), a list, or {from:, to:, step:} with both ends included (searched, even if
/// only one value remains). Lists of numbers must ascend, no list may repeat a value.
/// @param path  dotted path of `node`, for messages
/// @return nothing after a diagnostic
std::optional<Attribute> read_attribute(const ConfigNode& node, const std::string& path, const AttributeRule& rule,
                                        Diagnostics& diagnostics);

/// A value of an attribute as users write it: "384", "swish".
std::string attribute_text(const AttributeRule& rule, double value);

}  // namespace hpnas
