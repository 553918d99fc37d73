#pragma once
#include <memory>

#include "hpnas/data/task.hpp"
#include "hpnas/train/teacher.hpp"
#include "hpnas/train/training_options.hpp"
#include "hpnas/train/training_task.hpp"

namespace hpnas {

/// What training on a data set means: images, texts and recordings in classes, answers to questions, or sequences of
/// recordings.
/// @param teacher  may be nullptr. @throws ConfigError if an option has no meaning for that kind
std::unique_ptr<TrainingTask> make_training_task(Task data, const TrainingOptions& options,
                                                 std::shared_ptr<Teacher> teacher = nullptr);

}  // namespace hpnas
