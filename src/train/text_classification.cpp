#include "hpnas/train/text_classification.hpp"

#include <fmt/format.h>

#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/data/token_loader.hpp"
#include "hpnas/train/classification_loss.hpp"
#include "hpnas/train/token_inputs.hpp"

namespace hpnas {
namespace {

class TextBatches final : public TaskBatches {
public:
    TextBatches(TokenLoader loader, const ClassificationLoss::Options& options, std::size_t n_inputs)
        : loader_(std::move(loader)), n_classes_(options.n_classes), n_inputs_(n_inputs), loss_(options) {}

    std::int64_t n_batches() const noexcept override { return loader_.n_batches(); }
    std::span<const std::int64_t> load(std::int64_t epoch, std::int64_t index, Executor& executor) override {
        const TokenBatch& batch = fill_tokens(loader_, epoch, index, executor, n_inputs_);
        labels_ = {batch.samples, batch.labels, {}, {}, batch.valid};
        return batch.samples;
    }
    double loss(Executor& executor, double share) override { return loss_(labels_, executor, share); }
    void judge(Executor& executor, std::span<double> notes) override {
        executor.forward();
        note_classification(executor.output().data(), n_classes_, labels_, notes);
    }

private:
    TokenLoader loader_;
    std::int64_t n_classes_;
    std::size_t n_inputs_;
    ClassificationLoss loss_;
    BatchLabels labels_;
};

}  // namespace

TextClassification::TextClassification(TextTask task, const TrainingOptions& options)
    : task_(std::move(task)), label_smoothing_(options.label_smoothing), word_dropout_(options.word_dropout) {}

std::span<const TaskMetric> TextClassification::metrics() const noexcept { return classification_metrics(); }

void TextClassification::check(const Network& network) const {
    check_token_inputs("text classification", network);
    check_output("text classification", network, Shape{task_.n_classes()}, "one value per class");
}

std::unique_ptr<TaskBatches> TextClassification::training_batches(const Network& network, std::int64_t batch,
                                                                  std::uint64_t seed) const {
    return std::make_unique<TextBatches>(
        TokenLoader(task_.train, {.batch = batch,
                                  .sequence = sequence_of(network),
                                  .seed = seed,
                                  .training = true,
                                  .padding = task_.word_pieces->vocabulary().padding(),
                                  .mask_rate = word_dropout_,
                                  .masked = task_.word_pieces->vocabulary().unknown(),
                                  .separator = task_.word_pieces->vocabulary().separator()}),
        ClassificationLoss::Options{.n_classes = task_.n_classes(), .label_smoothing = label_smoothing_},
        network.inputs().size());
}

std::unique_ptr<TaskBatches> TextClassification::judging_batches(const Network& network, DataSplit split,
                                                                 std::int64_t batch) const {
    return std::make_unique<TextBatches>(
        TokenLoader(
            part_of(task_, split),
            {.batch = batch, .sequence = sequence_of(network), .padding = task_.word_pieces->vocabulary().padding()}),
        ClassificationLoss::Options{.n_classes = task_.n_classes()}, network.inputs().size());
}

std::size_t TextClassification::record_size() const noexcept { return classification_record; }

std::vector<double> TextClassification::summarise(DataSplit /*split*/, std::span<const double> notes) const {
    return summarise_classification(notes);
}

}  // namespace hpnas
