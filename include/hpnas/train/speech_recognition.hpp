#pragma once
#include "hpnas/data/task.hpp"
#include "hpnas/train/training_options.hpp"
#include "hpnas/train/training_task.hpp"

namespace hpnas {

/// Recordings of sequences of classes ("three four one"). Networks are one of
///   - frames -> [T', vocabulary]: CTC;
///   - frames, tokens [S] -> [S, vocabulary]: a decoder that is trained to say each next token;
///   - frames, tokens [S] -> [S, vocabulary], [T', vocabulary]: both, ctc_weight CTC + (1 - ctc_weight) decoder.
/// Losses are -log probability of the whole sequence, mean over the recordings, in nat. A recording with too few frames
/// for its targets (infinite CTC loss) counts 0. Metrics: loss; error: edits per label (%) of greedy decoding (of the
/// decoder fed with its own tokens where there is one, else of CTC); wrong: sequences with at least one edit (%).
/// Source of the joint loss: Kim, Hori, Watanabe, ICASSP 2017; DE-NAS trains with ctc_weight 0.3.
class SpeechRecognition final : public TrainingTask {
public:
    /// @param options  label_smoothing (of the decoder), ctc_weight and spec_augment are read
    SpeechRecognition(SpectrogramTask task, const TrainingOptions& options);

    std::int64_t size(DataSplit split) const noexcept override { return part_of(task_, split).size(); }
    std::span<const TaskMetric> metrics() const noexcept override;
    std::size_t leading_metric() const noexcept override { return 1; }
    void check(const Network& network) const override;
    std::vector<std::string> notes(const Network& network) const override;
    std::unique_ptr<TaskBatches> training_batches(const Network& network, std::int64_t batch,
                                                  std::uint64_t seed) const override;
    std::unique_ptr<TaskBatches> judging_batches(const Network& network, DataSplit split,
                                                 std::int64_t batch) const override;
    std::size_t record_size() const noexcept override { return 4; }  // loss, edits, labels, wrong
    std::vector<double> summarise(DataSplit split, std::span<const double> notes) const override;

private:
    SpectrogramTask task_;
    double label_smoothing_, ctc_weight_;
    SpecAugmentOptions augmentation_;
};

}  // namespace hpnas
