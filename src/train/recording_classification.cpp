#include "hpnas/train/recording_classification.hpp"

#include <fmt/format.h>

#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/data/spectrogram_loader.hpp"
#include "hpnas/train/classification_loss.hpp"
#include "hpnas/train/token_inputs.hpp"

namespace hpnas {
namespace {

class RecordingBatches final : public TaskBatches {
public:
    RecordingBatches(SpectrogramLoader loader, const ClassificationLoss::Options& options)
        : loader_(std::move(loader)), n_classes_(options.n_classes), loss_(options) {}

    std::int64_t n_batches() const noexcept override { return loader_.n_batches(); }
    std::span<const std::int64_t> load(std::int64_t epoch, std::int64_t index, Executor& executor) override {
        const SpectrogramBatch& batch = loader_.fill(epoch, index, executor.input());
        labels_ = {batch.samples, batch.labels, {}, {}, batch.valid};
        return batch.samples;
    }
    double loss(Executor& executor, double share) override { return loss_(labels_, executor, share); }
    void judge(Executor& executor, std::span<double> notes) override {
        executor.forward();
        note_classification(executor.output().data(), n_classes_, labels_, notes);
    }

private:
    SpectrogramLoader loader_;
    std::int64_t n_classes_;
    ClassificationLoss loss_;
    BatchLabels labels_;
};

}  // namespace

void check_frames_input(std::string_view task, const Network& network, std::int64_t mels) {
    const Shape& input = network.node(network.inputs()[0]).shape;
    const bool image = input.rank() == 3 && input[1] == mels && input[2] == 1;
    if (!image && !(input.rank() == 2 && input[1] == mels))
        throw ShapeError(fmt::format("{}: expected an input of frames [T, {}, 1] or [T, {}], got {}", task, mels, mels,
                                     to_string(input)));
}

RecordingClassification::RecordingClassification(SpectrogramTask task, const TrainingOptions& options)
    : task_(std::move(task)), label_smoothing_(options.label_smoothing), augmentation_(options.spec_augment) {}

std::span<const TaskMetric> RecordingClassification::metrics() const noexcept { return classification_metrics(); }

void RecordingClassification::check(const Network& network) const {
    if (network.inputs().size() != 1)
        throw ShapeError(fmt::format("recording classification: expected a network with one input, got {}",
                                     network.inputs().size()));
    check_frames_input("recording classification", network, task_.mels());
    check_output("recording classification", network, Shape{task_.n_classes()}, "one value per class");
}

std::unique_ptr<TaskBatches> RecordingClassification::training_batches(const Network& network, std::int64_t batch,
                                                                       std::uint64_t seed) const {
    return std::make_unique<RecordingBatches>(
        SpectrogramLoader(task_.train, task_.normalization,
                          {.batch = batch,
                           .frames = network.node(network.inputs()[0]).shape[0],
                           .seed = seed,
                           .augmentation = augmentation_}),
        ClassificationLoss::Options{.n_classes = task_.n_classes(), .label_smoothing = label_smoothing_});
}

std::unique_ptr<TaskBatches> RecordingClassification::judging_batches(const Network& network, DataSplit split,
                                                                      std::int64_t batch) const {
    return std::make_unique<RecordingBatches>(
        SpectrogramLoader(part_of(task_, split), task_.normalization,
                          {.batch = batch, .frames = network.node(network.inputs()[0]).shape[0], .augmentation = {}}),
        ClassificationLoss::Options{.n_classes = task_.n_classes()});
}

std::size_t RecordingClassification::record_size() const noexcept { return classification_record; }

std::vector<double> RecordingClassification::summarise(DataSplit /*split*/, std::span<const double> notes) const {
    return summarise_classification(notes);
}

}  // namespace hpnas
