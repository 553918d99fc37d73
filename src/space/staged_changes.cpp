#include "hpnas/space/staged_changes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hpnas/config/nearest.hpp"

namespace hpnas {
namespace {

using NodeKind = ConfigNode::Kind;

/// Sets `key` of a map, which becomes one if it is null.
void set(ConfigNode& map, const std::string& key, const ConfigNode& value) {
    if (ConfigNode* old = map.find(key)) {
        *old = value;
        return;
    }
    map.kind = NodeKind::map;
    map.map.emplace_back(key, value);
}

/// The stages whose label is meant by "stage4".
std::vector<ConfigNode*> stages_named(ConfigNode& space, std::string_view name) {
    std::vector<ConfigNode*> found;
    ConfigNode* stages = space.find("stages");
    if (stages == nullptr || !name.starts_with("stage")) return found;
    for (std::size_t i = 0; i < stages->sequence.size(); ++i)
        if (stage_label(stages->sequence[i], i) == name.substr(5)) found.push_back(&stages->sequence[i]);
    return found;
}

void apply_override(ConfigNode& space, const std::string& key, const ConfigNode& value, Diagnostics& diagnostics) {
    const std::size_t dot = key.find('.');
    if (dot == key.npos) return set(space, key, value);
    const std::string first = key.substr(0, dot), rest = key.substr(dot + 1);
    if (first == "head") {
        if (space.find("head") == nullptr)
            set(space, "head", ConfigNode{NodeKind::map, value.where, {}, false, {}, {}});
        return set(*space.find("head"), rest, value);
    }
    const std::vector<ConfigNode*> stages = stages_named(space, first);
    for (ConfigNode* stage : stages) set(*stage, rest, value);
    if (stages.empty())
        diagnostics.add(value.where, key,
                        fmt::format("there is no '{}'; expected e.g. drop_path, head.filters or stage2.kernel", first));
}

void apply_overrides(ConfigNode& space, const ConfigNode& changes, const std::string& path, Diagnostics& diagnostics) {
    if (changes.kind == NodeKind::null) return;
    if (changes.kind != NodeKind::map)
        return diagnostics.add(changes.where, path, "expected a map of keys to new values");
    for (const auto& [key, value] : changes.map) apply_override(space, key, value, diagnostics);
}

std::string default_profile(const ConfigNode& space) {
    const ConfigNode* profile = space.find("profile");
    return profile != nullptr && profile->kind == NodeKind::scalar ? profile->scalar : "";
}

void apply_profile(ConfigNode& result, const ConfigNode& space, const std::string& path, const std::string& name,
                   Diagnostics& diagnostics) {
    const ConfigNode* profiles = space.find("profiles");
    const ConfigNode* profile = profiles != nullptr ? profiles->find(name) : nullptr;
    if (profile != nullptr) return apply_overrides(result, *profile, path + "profiles." + name, diagnostics);
    std::vector<std::string_view> known;
    if (profiles != nullptr)
        for (const auto& entry : profiles->map) known.emplace_back(entry.first);
    diagnostics.add(space.where, path + "profile",
                    fmt::format("unknown profile '{}'; known: {}", name, fmt::join(known, ", ")));
}

/// The values of `attribute` that stay, in their old order.
void keep_only(Attribute& attribute, const Attribute& wanted) {
    std::erase_if(attribute.values, [&](double value) {
        return std::find(wanted.values.begin(), wanted.values.end(), value) == wanted.values.end();
    });
}

void fix_slot(const ConfigNode& value, const std::string& slot, const AttributeRule& rule, Attribute& attribute,
              Diagnostics& diagnostics) {
    const std::optional<Attribute> wanted = read_attribute(value, "fix." + slot, rule, diagnostics);
    if (!wanted) return;
    const std::vector<double>& known = attribute.values;
    for (const double v : wanted->values) {
        if (std::find(known.begin(), known.end(), v) != known.end()) continue;
        std::vector<std::string> texts;
        for (const double choice : known) texts.push_back(attribute_text(rule, choice));
        diagnostics.add(value.where, "fix." + slot,
                        fmt::format("expected a choice of this slot ({}), got {}", fmt::join(texts, ", "),
                                    attribute_text(rule, v)));
        return;
    }
    keep_only(attribute, *wanted);
}

}  // namespace

std::string stage_label(const ConfigNode& stage, std::size_t position) {
    const ConfigNode* label = stage.find("label");
    return label != nullptr && label->kind == NodeKind::scalar ? label->scalar : fmt::format("{}", position);
}

ConfigNode with_overrides(const ConfigNode& space, const std::string& path, const StagedChanges& changes,
                          Diagnostics& diagnostics) {
    ConfigNode result = space;
    const std::string profile = changes.profile.empty() ? default_profile(space) : changes.profile;
    const std::string prefix = path.empty() ? "" : path + ".";
    if (!profile.empty()) apply_profile(result, space, prefix, profile, diagnostics);
    if (!changes.padding.empty()) {
        ConfigNode padding{NodeKind::scalar, space.where, changes.padding, false, {}, {}};
        set(result, "padding", padding);
    }
    apply_overrides(result, changes.overrides, "override", diagnostics);
    return result;
}

void for_each_attribute(StagedSpec& spec,
                        const std::function<void(const std::string&, const AttributeRule&, Attribute&)>& visit) {
    visit("resolution", attribute_rule("resolution"), spec.resolution);
    for (StageSpec& stage : spec.stages) {
        const auto own = [&](std::string_view key, Attribute& attribute) {
            if (!attribute.values.empty())
                visit(fmt::format("stage{}.{}", stage.label, key), attribute_rule(key), attribute);
        };
        own("filters", stage.filters);
        own("kernel", stage.kernel);
        own("expansion", stage.expansion);
        own("se", stage.se);
        own("activation", stage.activation);
        own("layers", stage.layers);
    }
}

void apply_fix(StagedSpec& spec, const ConfigNode& fix, Diagnostics& diagnostics) {
    if (fix.kind == NodeKind::null) return;
    if (fix.kind != NodeKind::map) return diagnostics.add(fix.where, "fix", "expected a map of slot names to values");
    std::vector<std::string> slots;
    for_each_attribute(spec, [&](const std::string& slot, const AttributeRule& rule, Attribute& attribute) {
        if (!attribute.searched) return;
        slots.push_back(slot);
        if (const ConfigNode* value = fix.find(slot)) fix_slot(*value, slot, rule, attribute, diagnostics);
    });
    const std::vector<std::string_view> known(slots.begin(), slots.end());
    for (const auto& [name, value] : fix.map)
        if (std::find(slots.begin(), slots.end(), name) == slots.end())
            diagnostics.add(value.where, "fix",
                            fmt::format("'{}' is no slot of this space; {}", name, name_hint(name, known)));
}

}  // namespace hpnas
