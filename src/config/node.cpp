#include "hpnas/config/node.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hpnas {

std::string to_string(const Location& where) {
    return where.line == 0 ? where.file : fmt::format("{}:{}", where.file, where.line);
}

const ConfigNode* ConfigNode::find(std::string_view key) const noexcept {
    const auto entry = std::find_if(map.begin(), map.end(), [&](const auto& e) { return e.first == key; });
    return entry == map.end() ? nullptr : &entry->second;
}

ConfigNode* ConfigNode::find(std::string_view key) noexcept {
    const auto entry = std::find_if(map.begin(), map.end(), [&](const auto& e) { return e.first == key; });
    return entry == map.end() ? nullptr : &entry->second;
}

}  // namespace hpnas
