#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hpnas {

/// true, yes, on / false, no, off in lower case, upper case or capitalised; nothing otherwise.
std::optional<bool> parse_boolean(std::string_view text);
/// Decimal integer, or a decimal number that is integral and exact ("1e6", "2.0"); nothing otherwise or if it does not
/// fit.
std::optional<std::int64_t> parse_integer(std::string_view text);
/// Decimal number, ".inf", "-.inf" or ".nan" (YAML 1.2 forms); nothing otherwise or if its size overflows double.
std::optional<double> parse_number(std::string_view text);
/// Shortest text that parse_number reads back to the same value.
std::string format_number(double value);
/// Whether a YAML reader would take the plain `text` for a boolean, a number or null instead of a string.
bool reads_as_non_string(std::string_view text);

}  // namespace hpnas
