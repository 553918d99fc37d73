#pragma once
#include <string>

#include "hpnas/app/run_config.hpp"
#include "hpnas/data/task.hpp"
#include "hpnas/space/search_space.hpp"

namespace hpnas {

/// What networks get from the task: the data set's numbers where it has them, else the configured ones. A configured
/// sequence is taken instead of the data set's: loaders cut and fill up.
/// @param task  nullptr: no data set. @throws ConfigError if the configuration contradicts the data set
TaskShape task_shape(const TaskConfig& config, const ImageTask* task);
TaskShape task_shape(const TaskConfig& config, const Task& task);

/// The group `task` that gives this shape without a data set, as YAML in one line.
std::string task_text(const TaskShape& shape);

}  // namespace hpnas
