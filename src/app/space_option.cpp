#include "hpnas/app/space_option.hpp"

#include "hpnas/core/error.hpp"

namespace hpnas {

ConfigNode space_node(const Command& command) {
    const std::string name =
        command.space.ends_with(".yaml") ? "{name: staged, file: " + command.space + "}" : command.space;
    ConfigNode node = parse_yaml(name, "--space");
    if (!command.space_options.empty()) {
        ConfigNode options = parse_yaml(command.space_options, "--options");
        if (options.kind != ConfigNode::Kind::map)
            throw ConfigError("--options: expected a YAML map, got " + command.space_options);
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
