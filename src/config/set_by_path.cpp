#include <fmt/format.h>

#include <cstdint>

#include "hpnas/config/node.hpp"
#include "hpnas/config/scalar.hpp"
#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

void relocate(ConfigNode& node, const Location& where) {
    node.where = where;
    for (ConfigNode& element : node.sequence) relocate(element, where);
    for (auto& entry : node.map) relocate(entry.second, where);
}

ConfigNode& element_of(ConfigNode& sequence, std::string_view key, const Location& where) {
    const std::optional<std::int64_t> index = parse_integer(key);
    const std::size_t size = sequence.sequence.size();
    if (!index || *index < 0 || static_cast<std::size_t>(*index) >= size) {
        throw ConfigError(fmt::format("{}: expected an index below {} of the list's elements, got '{}'",
                                      to_string(where), size, key));
    }
    return sequence.sequence[static_cast<std::size_t>(*index)];
}

/// The node under `key` of `parent`, made if it is missing.
ConfigNode& child_of(ConfigNode& parent, std::string_view key, const Location& where) {
    if (key.empty()) throw ConfigError(fmt::format("{}: expected KEY.KEY=VALUE, got an empty key", to_string(where)));
    if (parent.kind == ConfigNode::Kind::sequence) return element_of(parent, key, where);
    if (parent.kind == ConfigNode::Kind::scalar) {
        throw ConfigError(fmt::format("{}: '{}' has no place in '{}', which is a value and not a map", to_string(where),
                                      key, parent.scalar));
    }
    parent.kind = ConfigNode::Kind::map;
    if (ConfigNode* child = parent.find(key)) return *child;
    parent.map.emplace_back(std::string(key), ConfigNode{});
    parent.map.back().second.where = where;
    return parent.map.back().second;
}

}  // namespace

void set_by_path(ConfigNode& root, std::string_view assignment) {
    const Location where{fmt::format("--set {}", assignment), 0};
    const std::size_t equals = assignment.find('=');
    if (equals == std::string_view::npos) {
        throw ConfigError(fmt::format("{}: expected KEY.KEY=VALUE, got no '='", to_string(where)));
    }
    ConfigNode value = parse_yaml(assignment.substr(equals + 1), where.file);
    relocate(value, where);
    ConfigNode changed = root;  // so that a mistake leaves `root` as it was
    ConfigNode* node = &changed;
    std::string_view path = assignment.substr(0, equals);
    for (bool last = false; !last;) {
        const std::size_t dot = path.find('.');
        last = dot == std::string_view::npos;
        node = &child_of(*node, path.substr(0, dot), where);
        if (!last) path.remove_prefix(dot + 1);
    }
    *node = std::move(value);
    root = std::move(changed);
}

}  // namespace hpnas
