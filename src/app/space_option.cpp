#include "hpnas/app/space_option.hpp"

#include "hpnas/core/error.hpp"

namespace hpnas {

ConfigNode space_node(const std::string& space, const std::string& options_text, const std::string& option) {
    const std::string name = space.ends_with(".yaml") ? "{name: staged, file: " + space + "}" : space;
    ConfigNode node = parse_yaml(name, "--space");
    if (!options_text.empty()) {
        ConfigNode options = parse_yaml(options_text, option);
        if (options.kind != ConfigNode::Kind::map)
            throw ConfigError(option + ": expected a YAML map, got " + options_text);
        if (options.find("name") == nullptr) {
            const ConfigNode* inner = node.find("name");
            options.map.insert(options.map.begin(), {"name", inner != nullptr ? *inner : node});
            if (const ConfigNode* file = node.find("file")) options.map.emplace_back("file", *file);
        }
        node = std::move(options);
    }
    return node;
}

}  // namespace hpnas
