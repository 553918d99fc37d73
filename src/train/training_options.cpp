#include "hpnas/train/training_options.hpp"

#include <fmt/format.h>

#include "hpnas/core/error.hpp"
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

std::int64_t check_batch(const TrainingOptions& options, std::int64_t n_examples, std::int64_t n_ranks) {
    const std::int64_t batch = options.batch, micro = options.examples_per_pass();
    if (batch % micro != 0)
        throw ConfigError(
            fmt::format("training.micro_batch: expected a divisor of the batch, {}, got {}", batch, micro));
    if (n_examples < batch)
        throw DataError(
            fmt::format("training.batch: expected at most the {} examples trained on, got {}", n_examples, batch));
    if (batch / micro < n_ranks)
        throw ConfigError(
            fmt::format("training.micro_batch: {} ranks cannot share a batch of {} in pieces of {}: lower micro_batch "
                        "(0 means the whole batch), or start at most {} ranks",
                        n_ranks, batch, micro, batch / micro));
    return micro;
}

void check_components(const TrainingOptions& options, std::string_view path, Diagnostics& diagnostics) {
    optimizers().make(options.optimizer, fmt::format("{}.optimizer", path), diagnostics);
    schedules().make(options.schedule, fmt::format("{}.schedule", path), diagnostics);
}

}  // namespace hpnas
