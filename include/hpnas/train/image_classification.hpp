#pragma once
#include <memory>

#include "hpnas/data/batch_loader.hpp"
#include "hpnas/data/dataset.hpp"
#include "hpnas/train/classification_loss.hpp"
#include "hpnas/train/teacher.hpp"
#include "hpnas/train/training_options.hpp"
#include "hpnas/train/training_task.hpp"

namespace hpnas {

/// Images in classes. Networks have one input [H, W, C], H and W of their own choice, and outputs [classes]: the
/// classifier, and possibly auxiliary ones that only training uses. Metrics: loss (nat), top1 (%), top5 (%).
class ImageClassification final : public TrainingTask {
public:
    /// @param options  data_fraction, label_smoothing, auxiliary_weight and augmentation are read
    /// @param teacher  nullptr: the labels are all that is learnt. @throws ShapeError if it does not fit the images
    ImageClassification(ImageTask task, const TrainingOptions& options, std::shared_ptr<Teacher> teacher = nullptr);

    std::int64_t size(DataSplit split) const noexcept override { return part_of(task_, split).size(); }
    std::span<const TaskMetric> metrics() const noexcept override;
    std::size_t leading_metric() const noexcept override { return 1; }
    void check(const Network& network) const override;
    Network deployed(const Network& network) const override;
    std::unique_ptr<TaskBatches> training_batches(const Network& network, std::int64_t batch,
                                                  std::uint64_t seed) const override;
    std::unique_ptr<TaskBatches> judging_batches(const Network& network, DataSplit split,
                                                 std::int64_t batch) const override;
    std::size_t record_size() const noexcept override;
    std::vector<double> summarise(DataSplit split, std::span<const double> notes) const override;

private:
    ClassificationLoss::Options loss_options(const Network& network) const;

    ImageTask task_;  // train: data_fraction of it
    double label_smoothing_, auxiliary_weight_;
    AugmentationOptions augmentation_;
    std::shared_ptr<Teacher> teacher_;
};

}  // namespace hpnas
