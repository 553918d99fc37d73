#pragma once
#include "hpnas/data/task.hpp"
#include "hpnas/train/training_task.hpp"

namespace hpnas {

/// Questions whose answers are spans of a context, cut into windows; an example is a window. Networks read tokens [L]
/// and segments [L], and have one output [L, 2]: logits of each token to begin and to end the answer. Loss: mean of the
/// two cross-entropies over tokens; a window without the answer points at its first token. Metrics: loss (nat), f1 (%)
/// and em (%) of the questions, by the best span of all their windows. Source: Devlin et al., NAACL 2019.
class SpanAnswering final : public TrainingTask {
public:
    explicit SpanAnswering(SpanTask task) : task_(std::move(task)) {}

    std::int64_t size(DataSplit split) const noexcept override { return part_of(task_, split).size(); }
    std::span<const TaskMetric> metrics() const noexcept override;
    std::size_t leading_metric() const noexcept override { return 1; }
    void check(const Network& network) const override;
    std::unique_ptr<TaskBatches> training_batches(const Network& network, std::int64_t batch,
                                                  std::uint64_t seed) const override;
    std::unique_ptr<TaskBatches> judging_batches(const Network& network, DataSplit split,
                                                 std::int64_t batch) const override;
    std::size_t record_size() const noexcept override { return 4; }  // loss, begin, end, score of the span
    std::vector<double> summarise(DataSplit split, std::span<const double> notes) const override;

private:
    SpanTask task_;
};

}  // namespace hpnas
