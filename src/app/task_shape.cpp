#include "hpnas/app/task_shape.hpp"

#include <fmt/format.h>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

/// `configured`, or else the data set's, or else what is there.
void choose(std::int64_t& value, std::int64_t configured, const std::int64_t* of_data, const char* key) {
    if (configured > 0 && of_data != nullptr && configured != *of_data)
        throw ConfigError(
            fmt::format("task.{}: {}, but the data set has {}; leave the key out", key, configured, *of_data));
    if (configured > 0) value = configured;
    if (of_data != nullptr) value = *of_data;
}

}  // namespace

TaskShape task_shape(const TaskConfig& config, const ImageTask* task) {
    TaskShape shape;
    const std::int64_t classes = task != nullptr ? task->n_classes() : 0;
    const std::int64_t channels = task != nullptr ? task->image_shape().channels() : 0;
    choose(shape.classes, config.classes, task != nullptr ? &classes : nullptr, "classes");
    choose(shape.input_channels, config.channels, task != nullptr ? &channels : nullptr, "channels");
    shape.resolution = config.resolution;
    shape.sequence = config.sequence;
    shape.vocabulary = config.vocabulary;
    return shape;
}

}  // namespace hpnas
