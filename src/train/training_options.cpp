#include "hpnas/train/training_options.hpp"

#include <fmt/format.h>

#include "hpnas/train/optimizer.hpp"
#include "hpnas/train/schedule.hpp"

namespace hpnas {

ConfigNode named_component(std::string_view name) {
    ConfigNode scalar;
    scalar.kind = ConfigNode::Kind::scalar;
    scalar.scalar = name;
    ConfigNode node;
    node.kind = ConfigNode::Kind::map;
    node.map.emplace_back("name", std::move(scalar));
    return node;
}

void check_components(const TrainingOptions& options, std::string_view path, Diagnostics& diagnostics) {
    optimizers().make(options.optimizer, fmt::format("{}.optimizer", path), diagnostics);
    schedules().make(options.schedule, fmt::format("{}.schedule", path), diagnostics);
}

}  // namespace hpnas
