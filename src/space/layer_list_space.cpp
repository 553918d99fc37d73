#include "hpnas/space/layer_list_space.hpp"

#include <fmt/format.h>

#include <charconv>
#include <numeric>

#include "hpnas/core/error.hpp"
#include "hpnas/space/staged_network.hpp"

namespace hpnas {

LayerListSpace::LayerListSpace(std::string name, std::vector<StagedSpec> networks, const TaskShape& task)
    : name_(std::move(name)), networks_(std::move(networks)), task_(task) {
    std::vector<double> numbers(networks_.size());
    std::iota(numbers.begin(), numbers.end(), 0.0);
    decisions_.push_back({"network", std::move(numbers), false});
}

Network LayerListSpace::do_decode(const Encoding& x) const {
    return staged_network(networks_[static_cast<std::size_t>(x[0])], {}, task_);
}

Encoding LayerListSpace::do_parse(std::string_view arch) const {
    if (arch.starts_with("v:")) arch.remove_prefix(2);
    for (std::size_t i = 0; i < networks_.size(); ++i)
        if (networks_[i].name == arch) return {static_cast<std::int16_t>(i)};
    std::int16_t number = -1;
    const auto [end, error] = std::from_chars(arch.data(), arch.data() + arch.size(), number);
    if (error == std::errc{} && end == arch.data() + arch.size()) return {number};
    std::vector<std::string> names;
    for (const StagedSpec& network : networks_) names.push_back(network.name);
    throw EncodingError(fmt::format("space {}: expected one of {}, got '{}'", name_, fmt::join(names, ", "), arch));
}

std::string LayerListSpace::do_format(const Encoding& x) const {
    return networks_[static_cast<std::size_t>(x[0])].name;
}

std::string LayerListSpace::do_choice_text(std::size_t, std::size_t choice) const { return networks_[choice].name; }

std::vector<StagedSpec> read_layer_lists(const ConfigNode& node, const std::string& padding, Diagnostics& diagnostics) {
    std::string name, doc;
    ConfigNode lists;
    read_options(node, "", diagnostics, {}, [&](OptionVisitor& v) {
        v.text({"name", "name of the list"}, name);
        v.text({"doc", "one line"}, doc);
        v.subtree({.name = "networks", .doc = "map of names to networks", .required = true}, lists);
    });
    std::vector<StagedSpec> networks;
    if (lists.kind != ConfigNode::Kind::map || lists.map.empty())
        diagnostics.add(lists.where, "networks", "expected a map of at least one network");
    for (const auto& [key, list] : lists.map) {
        StagedSpec spec = read_staged_spec(list, "networks." + key, {.padding = padding}, diagnostics);
        for (const Decision& slot : spec.decisions)
            diagnostics.add(list.where, fmt::format("networks.{}.{}", key, slot.name),
                            "a layer list is fixed: expected a single value");
        spec.name = key;
        networks.push_back(std::move(spec));
    }
    return networks;
}

}  // namespace hpnas
