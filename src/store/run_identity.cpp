#include "hpnas/store/run_identity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "hpnas/config/node.hpp"

namespace hpnas {
namespace {

using Leaves = std::map<std::string, std::string>;

void collect(const ConfigNode& node, const std::string& path, Leaves& leaves) {
    const std::string prefix = path.empty() ? "" : path + ".";
    if (node.kind == ConfigNode::Kind::map) {
        for (const auto& [key, value] : node.map) collect(value, prefix + key, leaves);
    } else if (node.kind == ConfigNode::Kind::sequence) {
        for (std::size_t i = 0; i < node.sequence.size(); ++i)
            collect(node.sequence[i], prefix + std::to_string(i), leaves);
    } else {
        leaves[path] = node.kind == ConfigNode::Kind::null ? "null" : node.scalar;
    }
}

Leaves leaves_of(std::string_view yaml) {
    Leaves leaves;
    collect(parse_yaml(yaml, "configuration"), "", leaves);
    return leaves;
}

bool covered(const std::string& key, const std::vector<std::string>& allowed) {
    return std::any_of(allowed.begin(), allowed.end(), [&](const std::string& prefix) {
        return key == prefix || (key.starts_with(prefix) && key[prefix.size()] == '.');
    });
}

std::string described(const std::vector<Quantity>& quantities) {
    std::string text;
    for (const Quantity& q : quantities) text += fmt::format("{} [{}] ", q.name, q.unit);
    return text;
}

void compare(std::vector<std::string>& lines, std::string_view what, const std::string& before,
             const std::string& now) {
    if (before != now) lines.push_back(fmt::format("{}: run has {}, now {}", what, before, now));
}

}  // namespace

std::vector<std::string> config_differences(std::string_view before, std::string_view now,
                                            const std::vector<std::string>& allowed) {
    const Leaves old_leaves = leaves_of(before);
    const Leaves new_leaves = leaves_of(now);
    std::vector<std::string> lines;
    for (const auto& [key, value] : old_leaves) {
        const auto match = new_leaves.find(key);
        if (covered(key, allowed) || (match != new_leaves.end() && match->second == value)) continue;
        lines.push_back(
            fmt::format("{}: run has {}, now {}", key, value, match == new_leaves.end() ? "nothing" : match->second));
    }
    for (const auto& [key, value] : new_leaves)
        if (!old_leaves.contains(key) && !covered(key, allowed))
            lines.push_back(fmt::format("{}: run has nothing, now {}", key, value));
    return lines;
}

std::vector<std::string> identity_differences(const RunIdentity& before, const RunIdentity& now,
                                              const std::vector<std::string>& allowed) {
    std::vector<std::string> lines = config_differences(before.config, now.config, allowed);
    compare(lines, "seed", std::to_string(before.seed), std::to_string(now.seed));
    compare(lines, "objectives", described(before.objectives), described(now.objectives));
    compare(lines, "metrics", described(before.metrics), described(now.metrics));
    compare(lines, "number of decisions", std::to_string(before.decisions.size()),
            std::to_string(now.decisions.size()));
    for (std::size_t i = 0; i < std::min(before.decisions.size(), now.decisions.size()); ++i) {
        const Decision& a = before.decisions[i];
        const Decision& b = now.decisions[i];
        compare(lines, fmt::format("decision {}", i), a.name, b.name);
        if (a.values != b.values || a.ordered != b.ordered)
            lines.push_back(fmt::format("decision {} ({}): its choices changed", i, a.name));
    }
    return lines;
}

}  // namespace hpnas
