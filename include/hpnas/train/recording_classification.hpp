#pragma once
#include "hpnas/data/task.hpp"
#include "hpnas/train/training_options.hpp"
#include "hpnas/train/training_task.hpp"

namespace hpnas {

/// Recordings in classes. Networks read log-mel frames [T, mels, 1] or [T, mels], T of their own choice (longer
/// recordings are cut, shorter ones filled up with the mean), and have one output [classes]. Metrics: loss (nat), top1
/// (%), top5 (%).
class RecordingClassification final : public TrainingTask {
public:
    /// @param options  label_smoothing and spec_augment are read
    RecordingClassification(SpectrogramTask task, const TrainingOptions& options);

    std::int64_t size(DataSplit split) const noexcept override { return part_of(task_, split).size(); }
    std::span<const TaskMetric> metrics() const noexcept override;
    std::size_t leading_metric() const noexcept override { return 1; }
    void check(const Network& network) const override;
    std::unique_ptr<TaskBatches> training_batches(const Network& network, std::int64_t batch,
                                                  std::uint64_t seed) const override;
    std::unique_ptr<TaskBatches> judging_batches(const Network& network, DataSplit split,
                                                 std::int64_t batch) const override;
    std::size_t record_size() const noexcept override;
    std::vector<double> summarise(DataSplit split, std::span<const double> notes) const override;

private:
    SpectrogramTask task_;
    double label_smoothing_;
    SpecAugmentOptions augmentation_;
};

/// @throws ShapeError unless the network's first input is [T, mels, 1] or [T, mels]
void check_frames_input(std::string_view task, const Network& network, std::int64_t mels);

}  // namespace hpnas
