#include "hpnas/train/image_classification.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/graph/passes.hpp"

namespace hpnas {
namespace {

const Shape& image_of(const Network& network) { return network.node(network.inputs()[0]).shape; }

/// At the network's own resolution.
BatchLoader make_loader(const Network& network, const ImageSubset& images, const Normalization& normalization,
                        BatchLoader::Options options) {
    options.height = image_of(network)[0];
    options.width = image_of(network)[1];
    return {images, normalization, std::move(options)};
}

class ImageBatches : public TaskBatches {
public:
    ImageBatches(BatchLoader loader, const ClassificationLoss::Options& options)
        : loader_(std::move(loader)), n_classes_(options.n_classes), loss_(options) {}

    std::int64_t n_batches() const noexcept override { return loader_.n_batches(); }
    std::span<const std::int64_t> load(std::int64_t epoch, std::int64_t index, Executor& executor) override {
        labels_ = loader_.fill(epoch, index, executor.input());
        return labels_.samples;
    }
    double loss(Executor& executor, double share) override { return loss_(labels_, executor, share); }
    void judge(Executor& executor, std::span<double> notes) override {
        executor.forward();
        note_classification(executor.output().data(), n_classes_, labels_, notes);
    }

protected:
    const BatchLabels& labels() const noexcept { return labels_; }
    ClassificationLoss& classification_loss() noexcept { return loss_; }

private:
    BatchLoader loader_;
    std::int64_t n_classes_;
    ClassificationLoss loss_;
    BatchLabels labels_;
};

/// The teacher sees the same images with the same random changes, at its own resolution and normalised as it learnt.
class DistilledBatches final : public ImageBatches {
public:
    DistilledBatches(BatchLoader loader, const ClassificationLoss::Options& options, std::shared_ptr<Teacher> teacher,
                     BatchLoader teachers_loader, std::int64_t batch)
        : ImageBatches(std::move(loader), options),
          teacher_(std::move(teacher)),
          teachers_loader_(std::move(teachers_loader)),
          executor_(teacher_->compile(batch)) {}

    std::span<const std::int64_t> load(std::int64_t epoch, std::int64_t index, Executor& executor) override {
        teachers_loader_.fill(epoch, index, executor_.input());
        executor_.forward();
        return ImageBatches::load(epoch, index, executor);
    }
    double loss(Executor& executor, double share) override {
        return classification_loss()(labels(), executor, share,
                                     {executor_.output(), teacher_->weight(), teacher_->temperature()});
    }

private:
    std::shared_ptr<Teacher> teacher_;
    BatchLoader teachers_loader_;
    Executor executor_;
};

}  // namespace

ImageClassification::ImageClassification(ImageTask task, const TrainingOptions& options,
                                         std::shared_ptr<Teacher> teacher)
    : task_(std::move(task)),
      label_smoothing_(options.label_smoothing),
      auxiliary_weight_(options.auxiliary_weight),
      augmentation_(options.augmentation),
      teacher_(std::move(teacher)) {
    if (teacher_ != nullptr) check(teacher_->network());
    const auto wanted = std::llround(options.data_fraction * static_cast<double>(task_.train.size()));
    task_.train = stratified_subset(task_.train, std::max<std::int64_t>(wanted, 1), 0);
}

std::span<const TaskMetric> ImageClassification::metrics() const noexcept { return classification_metrics(); }

void ImageClassification::check(const Network& network) const {
    if (network.inputs().size() != 1)
        throw ShapeError(
            fmt::format("image classification: expected a network with one input, got {}", network.inputs().size()));
    const std::int64_t channels = task_.image_shape().channels();
    if (image_of(network).rank() != 3 || image_of(network).channels() != channels)
        throw ShapeError(fmt::format("image classification: expected an input [H, W, {}], got {}", channels,
                                     to_string(image_of(network))));
    for (const NodeId output : network.outputs())
        if (network.node(output).shape != Shape{task_.n_classes()})
            throw ShapeError(fmt::format("image classification: expected an output [{}], one value per class, got {}",
                                         task_.n_classes(), to_string(network.node(output).shape)));
}

Network ImageClassification::deployed(const Network& network) const { return without_auxiliary(network); }

ClassificationLoss::Options ImageClassification::loss_options(const Network& network) const {
    return {task_.n_classes(), network.outputs().size(), label_smoothing_, auxiliary_weight_};
}

std::unique_ptr<TaskBatches> ImageClassification::training_batches(const Network& network, std::int64_t batch,
                                                                   std::uint64_t seed) const {
    const BatchLoader::Options options{.batch = batch, .seed = seed, .augmentation = augmentation_};
    BatchLoader loader = make_loader(network, task_.train, task_.normalization, options);
    if (teacher_ == nullptr) return std::make_unique<ImageBatches>(std::move(loader), loss_options(network));
    const Normalization normalization = teacher_->normalization().value_or(task_.normalization);
    return std::make_unique<DistilledBatches>(std::move(loader), loss_options(network), teacher_,
                                              make_loader(teacher_->network(), task_.train, normalization, options),
                                              batch);
}

std::unique_ptr<TaskBatches> ImageClassification::judging_batches(const Network& network, DataSplit split,
                                                                  std::int64_t batch) const {
    return std::make_unique<ImageBatches>(
        make_loader(network, part_of(task_, split), task_.normalization, {.batch = batch, .augmentation = {}}),
        loss_options(network));
}

std::size_t ImageClassification::record_size() const noexcept { return classification_record; }

std::vector<double> ImageClassification::summarise(DataSplit /*split*/, std::span<const double> notes) const {
    return summarise_classification(notes);
}

}  // namespace hpnas
