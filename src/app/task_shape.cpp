#include "hpnas/app/task_shape.hpp"

#include <fmt/format.h>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

/// A number of the data set, which the configuration must not contradict.
void take(std::int64_t& value, std::int64_t of_data, std::int64_t configured, const char* key) {
    if (configured > 0 && configured != of_data)
        throw ConfigError(
            fmt::format("task.{}: {}, but the data set has {}; leave the key out", key, configured, of_data));
    value = of_data;
}

TaskShape configured(const TaskConfig& config) {
    TaskShape shape;
    if (config.classes > 0) shape.classes = config.classes;
    if (config.channels > 0) shape.input_channels = config.channels;
    shape.resolution = config.resolution;
    shape.sequence = config.sequence;
    shape.vocabulary = config.vocabulary;
    return shape;
}

/// Adds what each kind of data has.
struct Filler {
    const TaskConfig& config;
    TaskShape shape;

    void sequence(std::int64_t of_data) {
        if (config.sequence == 0) shape.sequence = of_data;
    }
    void operator()(const ImageTask& task) {
        take(shape.classes, task.n_classes(), config.classes, "classes");
        take(shape.input_channels, task.image_shape().channels(), config.channels, "channels");
    }
    void operator()(const TextTask& task) {
        take(shape.classes, task.n_classes(), config.classes, "classes");
        take(shape.vocabulary, task.vocabulary(), config.vocabulary, "vocabulary");
        sequence(task.sequence);
    }
    void operator()(const SpanTask& task) {
        take(shape.vocabulary, task.vocabulary(), config.vocabulary, "vocabulary");
        sequence(task.sequence);
    }
    void operator()(const SpectrogramTask& task) {
        if (task.sequences)
            take(shape.vocabulary, task.vocabulary(), config.vocabulary, "vocabulary");
        else
            take(shape.classes, task.n_classes(), config.classes, "classes");
        take(shape.input_channels, 1, config.channels, "channels");
        sequence(task.frames);
    }
};

}  // namespace

TaskShape task_shape(const TaskConfig& config, const ImageTask* task) {
    Filler filler{config, configured(config)};
    if (task != nullptr) filler(*task);
    return filler.shape;
}

TaskShape task_shape(const TaskConfig& config, const Task& task) {
    Filler filler{config, configured(config)};
    std::visit(filler, task);
    return filler.shape;
}

std::string task_text(const TaskShape& shape) {
    return fmt::format("{{classes: {}, channels: {}, resolution: {}, sequence: {}, vocabulary: {}}}", shape.classes,
                       shape.input_channels, shape.resolution, shape.sequence, shape.vocabulary);
}

}  // namespace hpnas
