#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hpnas/config/node.hpp"

namespace hpnas {

/// Mistakes of a configuration, collected so that all are reported at once.
class Diagnostics {
public:
    /// "file:line: key: message"; the place or the key is left out where there is none.
    void add(const Location& where, std::string_view key, std::string_view message);
    bool empty() const noexcept { return lines_.empty(); }
    std::span<const std::string> lines() const noexcept { return lines_; }
    /// @throws ConfigError with every line, if there is one.
    void throw_if_any() const;

private:
    std::vector<std::string> lines_;
};

}  // namespace hpnas
