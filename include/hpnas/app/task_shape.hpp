#pragma once
#include "hpnas/app/run_config.hpp"
#include "hpnas/data/dataset.hpp"
#include "hpnas/space/search_space.hpp"

namespace hpnas {

/// What networks get from the task: the data set's numbers where it has them, else the configured ones.
/// @param task  nullptr: no data set. @throws ConfigError if the configuration contradicts the data set
TaskShape task_shape(const TaskConfig& config, const ImageTask* task);

}  // namespace hpnas
