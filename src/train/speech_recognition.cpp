#include "hpnas/train/speech_recognition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/data/label_error.hpp"
#include "hpnas/data/spectrogram_loader.hpp"
#include "hpnas/train/greedy_decoding.hpp"
#include "hpnas/train/recording_classification.hpp"
#include "hpnas/train/sequence_loss.hpp"

namespace hpnas {
namespace {

/// By the shapes alone: see the class.
SpeechOutputs outputs_of(const Network& network) {
    const auto shape = [&](NodeId id) { return network.node(id).shape; };
    SpeechOutputs outputs;
    outputs.frames = shape(network.inputs()[0])[0];
    if (network.inputs().size() == 2) outputs.tokens = shape(network.inputs()[1])[0];
    if (!outputs.has_decoder() || network.outputs().size() == 2)
        outputs.reduced = shape(network.outputs()[outputs.ctc_output()])[0];
    outputs.vocabulary = shape(network.outputs()[0])[1];
    return outputs;
}

/// Frames that CTC needs at least: one per label, and a blank between two equal ones.
std::int64_t ctc_frames(std::span<const std::int64_t> target) {
    auto frames = static_cast<std::int64_t>(target.size());
    for (std::size_t i = 1; i < target.size(); ++i) frames += target[i] == target[i - 1] ? 1 : 0;
    return frames;
}

class SpeechBatches final : public TaskBatches {
public:
    SpeechBatches(SpectrogramLoader loader, const SpeechOutputs& outputs)
        : loader_(std::move(loader)), outputs_(outputs), loss_(outputs) {}

    std::int64_t n_batches() const noexcept override { return loader_.n_batches(); }
    std::span<const std::int64_t> load(std::int64_t epoch, std::int64_t index, Executor& executor) override {
        batch_ = loader_.fill(epoch, index, executor.input(0),
                              outputs_.has_decoder() ? executor.input(1) : std::span<float>());
        return batch_.samples;
    }
    double loss(Executor& executor, double share) override {
        const auto n = static_cast<double>(executor.batch());
        double sum = 0;
        for (const double loss : loss_(batch_, executor, share / n)) sum += loss;
        return sum / n;
    }
    void judge(Executor& executor, std::span<double> notes) override {
        executor.forward();
        const std::span<const double> losses = loss_(batch_, executor, 0);
        const auto spoken = outputs_.has_decoder() ? decode_by_decoder(batch_, outputs_, executor)
                                                   : decode_ctc(batch_, outputs_, executor);
        for (std::size_t row = 0; row < spoken.size(); ++row) {
            LabelError error;
            error.add(batch_.targets.subspan(row * static_cast<std::size_t>(batch_.most_targets),
                                             static_cast<std::size_t>(batch_.lengths[row])),
                      spoken[row]);
            double* note = &notes[4 * row];
            note[0] = losses[row];
            note[1] = static_cast<double>(error.edits);
            note[2] = static_cast<double>(error.labels);
            note[3] = static_cast<double>(error.wrong);
        }
    }

private:
    SpectrogramLoader loader_;
    SpeechOutputs outputs_;
    SequenceLoss loss_;
    SpectrogramBatch batch_;
};

}  // namespace

SpeechRecognition::SpeechRecognition(SpectrogramTask task, const TrainingOptions& options)
    : task_(std::move(task)),
      label_smoothing_(options.label_smoothing),
      ctc_weight_(options.ctc_weight),
      augmentation_(options.spec_augment) {}

std::span<const TaskMetric> SpeechRecognition::metrics() const noexcept {
    static const std::array<TaskMetric, 3> all{TaskMetric{"loss", "nat", "-log probability of the sequence", false},
                                               TaskMetric{"error", "%", "edits per label, greedy decoding", false},
                                               TaskMetric{"wrong", "%", "sequences with at least one edit", false}};
    return all;
}

void SpeechRecognition::check(const Network& network) const {
    const std::size_t n_inputs = network.inputs().size(), n_outputs = network.outputs().size();
    if (n_inputs == 0 || n_inputs > 2 || n_outputs == 0 || n_outputs > n_inputs)
        throw ShapeError(
            fmt::format("speech recognition: expected a network of frames with a CTC output, or of frames and tokens "
                        "with a decoder's and possibly a CTC output, got {} inputs and {} outputs",
                        n_inputs, n_outputs));
    check_frames_input("speech recognition", network, task_.mels());
    for (const NodeId output : network.outputs()) {
        const Shape& shape = network.node(output).shape;
        if (shape.rank() != 2 || shape[1] != task_.vocabulary())
            throw ShapeError(fmt::format("speech recognition: expected outputs [L, {}], the vocabulary, got {}",
                                         task_.vocabulary(), to_string(shape)));
    }
    if (n_inputs == 1) return;
    const Shape& tokens = network.node(network.inputs()[1]).shape;
    if (tokens.rank() != 1 || tokens[0] != network.node(network.outputs()[0]).shape[0])
        throw ShapeError(fmt::format("speech recognition: expected tokens [S] and the decoder's output [S, {}], got {}",
                                     task_.vocabulary(), to_string(tokens)));
}

std::vector<std::string> SpeechRecognition::notes(const Network& network) const {
    SpeechOutputs outputs = outputs_of(network);
    outputs.ctc_weight = ctc_weight_;
    if (outputs.ctc_share() == 0) return {};
    std::int64_t n_short = 0;
    for (const std::int64_t i : task_.train.indices) {
        const std::int64_t frames = std::min(task_.train.set->n_frames(i), outputs.frames);
        n_short += outputs.reduced_frames(frames) < ctc_frames(task_.train.set->target(i)) ? 1 : 0;
    }
    if (n_short == 0) return {};
    return {
        fmt::format("{} of {} recordings are too short for their labels behind the network's front end: CTC leaves "
                    "them out",
                    n_short, task_.train.size())};
}

std::unique_ptr<TaskBatches> SpeechRecognition::training_batches(const Network& network, std::int64_t batch,
                                                                 std::uint64_t seed) const {
    SpeechOutputs outputs = outputs_of(network);
    outputs.ctc_weight = ctc_weight_;
    outputs.label_smoothing = label_smoothing_;
    return std::make_unique<SpeechBatches>(SpectrogramLoader(task_.train, task_.normalization,
                                                             {.batch = batch,
                                                              .frames = outputs.frames,
                                                              .tokens = outputs.tokens,
                                                              .seed = seed,
                                                              .augmentation = augmentation_}),
                                           outputs);
}

std::unique_ptr<TaskBatches> SpeechRecognition::judging_batches(const Network& network, DataSplit split,
                                                                std::int64_t batch) const {
    SpeechOutputs outputs = outputs_of(network);
    outputs.ctc_weight = ctc_weight_;
    return std::make_unique<SpeechBatches>(
        SpectrogramLoader(part_of(task_, split), task_.normalization,
                          {.batch = batch, .frames = outputs.frames, .tokens = outputs.tokens, .augmentation = {}}),
        outputs);
}

std::vector<double> SpeechRecognition::summarise(DataSplit /*split*/, std::span<const double> notes) const {
    double loss = 0;
    LabelError error;
    for (std::size_t i = 0; i < notes.size(); i += 4) {
        loss += notes[i];
        error.edits += static_cast<std::int64_t>(notes[i + 1]);
        error.labels += static_cast<std::int64_t>(notes[i + 2]);
        error.wrong += static_cast<std::int64_t>(notes[i + 3]);
        ++error.sequences;
    }
    return {loss / static_cast<double>(error.sequences), error.percent(), error.wrong_percent()};
}

}  // namespace hpnas
