#include "hpnas/config/diagnostics.hpp"

#include <fmt/format.h>

#include "hpnas/core/error.hpp"

namespace hpnas {

void Diagnostics::add(const Location& where, std::string_view key, std::string_view message) {
    std::string line = to_string(where);
    if (!line.empty()) line += ": ";
    if (!key.empty()) line += fmt::format("{}: ", key);
    lines_.push_back(line.append(message));
}

void Diagnostics::throw_if_any() const {
    if (!lines_.empty()) throw ConfigError(fmt::format("{}", fmt::join(lines_, "\n")));
}

}  // namespace hpnas
