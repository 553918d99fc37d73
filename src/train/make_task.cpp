#include "hpnas/train/make_task.hpp"

#include <fmt/format.h>

#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/train/image_classification.hpp"
#include "hpnas/train/recording_classification.hpp"
#include "hpnas/train/span_answering.hpp"
#include "hpnas/train/speech_recognition.hpp"
#include "hpnas/train/text_classification.hpp"

namespace hpnas {
namespace {

struct Maker {
    const TrainingOptions& options;
    std::shared_ptr<Teacher> teacher;

    std::unique_ptr<TrainingTask> operator()(ImageTask data) {
        return std::make_unique<ImageClassification>(std::move(data), options, std::move(teacher));
    }
    std::unique_ptr<TrainingTask> operator()(TextTask data) {
        return std::make_unique<TextClassification>(std::move(data), options);
    }
    std::unique_ptr<TrainingTask> operator()(SpanTask data) { return std::make_unique<SpanAnswering>(std::move(data)); }
    std::unique_ptr<TrainingTask> operator()(SpectrogramTask data) {
        if (data.sequences) return std::make_unique<SpeechRecognition>(std::move(data), options);
        return std::make_unique<RecordingClassification>(std::move(data), options);
    }
};

}  // namespace

std::unique_ptr<TrainingTask> make_training_task(Task data, const TrainingOptions& options,
                                                 std::shared_ptr<Teacher> teacher) {
    const bool images = std::holds_alternative<ImageTask>(data);
    if (!images && options.data_fraction != 1)
        throw ConfigError(
            fmt::format("training.data_fraction: expected 1 for {}: parts are taken of images alone; the "
                        "data set has an option that limits the examples",
                        kind_of(data)));
    if (!images && teacher != nullptr)
        throw ConfigError(
            fmt::format("teacher: expected none for {}: images alone are learnt from a teacher", kind_of(data)));
    return std::visit(Maker{options, std::move(teacher)}, std::move(data));
}

}  // namespace hpnas
