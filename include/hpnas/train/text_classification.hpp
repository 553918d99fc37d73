#pragma once
#include "hpnas/data/task.hpp"
#include "hpnas/train/training_options.hpp"
#include "hpnas/train/training_task.hpp"

namespace hpnas {

/// Texts in classes. Networks read tokens [L], and segments [L] if they have a second input, L of their own choice, and
/// have one output [classes]. Metrics: loss (nat), top1 (%), top5 (%).
class TextClassification final : public TrainingTask {
public:
    /// @param options  label_smoothing and word_dropout are read
    TextClassification(TextTask task, const TrainingOptions& options);

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
    TextTask task_;
    double label_smoothing_, word_dropout_;
};

}  // namespace hpnas
