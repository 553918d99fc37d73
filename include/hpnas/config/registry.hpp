#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hpnas/config/nearest.hpp"
#include "hpnas/config/options.hpp"
#include "hpnas/core/error.hpp"

namespace hpnas {

/// The explicit list of a family's components (src/<family>/builtin.cpp). Args are what every component of the family
/// needs at construction besides its YAML options.
template <class Base, class... Args>
class Registry {
public:
    struct Entry {
        std::string name;
        std::string doc;  ///< one line
        std::function<void(OptionVisitor&)> visit_defaults;
        /// Reads the options from the component's map (mistakes go to the diagnostics) and constructs it.
        std::function<std::unique_ptr<Base>(const ConfigNode&, std::string_view path, Diagnostics&, Args...)> make;
    };

    Registry(std::string family, std::vector<Entry> entries)
        : family_(std::move(family)), entries_(std::move(entries)) {}
    const std::vector<Entry>& entries() const noexcept { return entries_; }
    const std::string& family() const noexcept { return family_; }

    /// nullptr after adding a diagnostic that lists the known names.
    const Entry* find(std::string_view name, const Location& where, Diagnostics& diagnostics) const {
        std::vector<std::string_view> known;
        for (const Entry& entry : entries_) {
            if (entry.name == name) return &entry;
            known.push_back(entry.name);
        }
        diagnostics.add(where, family_, unknown_name(name, known));
        return nullptr;
    }

    /// The component that `node` names with all of its options, defaults included, as a map {name: ..., options...};
    /// mistakes go to the diagnostics. Constructs nothing.
    ConfigNode resolve(const ConfigNode& node, std::string_view path, Diagnostics& diagnostics) const {
        const Entry* entry = named(node, path, diagnostics);
        if (entry == nullptr) return node;
        ConfigNode options;
        if (node.kind == ConfigNode::Kind::map) options = node;
        ConfigNode resolved = resolve_options(options, path, diagnostics, {"name"}, entry->visit_defaults);
        ConfigNode name;
        name.kind = ConfigNode::Kind::scalar;
        name.where = node.where;
        name.scalar = entry->name;
        resolved.map.insert(resolved.map.begin(), {"name", std::move(name)});
        return resolved;
    }

    /// Makes the component that a map {name: ..., options...} or a bare scalar names; nullptr if there were mistakes.
    std::unique_ptr<Base> make(const ConfigNode& node, std::string_view path, Diagnostics& diagnostics,
                               Args... args) const {
        const Entry* entry = named(node, path, diagnostics);
        return entry == nullptr ? nullptr : entry->make(node, path, diagnostics, std::forward<Args>(args)...);
    }

private:
    const Entry* named(const ConfigNode& node, std::string_view path, Diagnostics& diagnostics) const {
        const ConfigNode* name = node.kind == ConfigNode::Kind::map ? node.find("name") : &node;
        if (name != nullptr && name->kind == ConfigNode::Kind::scalar)
            return find(name->scalar, name->where, diagnostics);
        diagnostics.add(node.where, path, "expected a name, or a map with the key 'name'");
        return nullptr;
    }

    std::string family_;
    std::vector<Entry> entries_;
};

/// The registry entry of a component `T(Options, Args...)` whose options are a struct with `visit`.
template <class Base, class T, class Options, class... Args>
typename Registry<Base, Args...>::Entry registry_entry(std::string name, std::string doc) {
    return {std::move(name), std::move(doc), [](OptionVisitor& v) { Options{}.visit(v); },
            [](const ConfigNode& node, std::string_view path, Diagnostics& diagnostics,
               Args... args) -> std::unique_ptr<Base> {
                Options options;
                const std::size_t before = diagnostics.lines().size();
                ConfigNode none;  // of a bare name: all defaults, which a required key forbids
                none.where = node.where;
                const bool bare = node.kind != ConfigNode::Kind::map;
                read_options(bare ? none : node, path, diagnostics, options, {"name"});
                if (diagnostics.lines().size() != before) return nullptr;
                return std::make_unique<T>(std::move(options), std::forward<Args>(args)...);
            }};
}

}  // namespace hpnas
