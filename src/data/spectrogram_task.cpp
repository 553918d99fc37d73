#include "hpnas/data/spectrogram_task.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/data/recording.hpp"

namespace hpnas {
namespace {

/// Makes features and remembers what was left out.
class FeatureMaker {
public:
    explicit FeatureMaker(const SpectrogramTaskOptions& options)
        : log_mel_(options.features), silence_db_(options.silence_db) {}

    SpectrogramSet operator()(const LabelledRecordings& part) {
        std::vector<std::vector<float>> features(part.samples.size());
#pragma omp parallel for schedule(dynamic)
        for (std::size_t i = 0; i < features.size(); ++i)
            if (peak_db(part.samples[i]) >= silence_db_) features[i] = log_mel_(part.samples[i]);
        SpectrogramSet set;
        set.mels = log_mel_.mels();
        set.classes = part.classes;
        set.source = part.source;
        for (std::size_t i = 0; i < features.size(); ++i) {
            if (features[i].empty())
                note_silent(part.names[i]);
            else
                append(features[i], part.targets[i], part.names[i], set);
        }
        return set;
    }
    void add_notes(std::vector<std::string>& notes) const {
        if (silent_ > 0)
            notes.push_back(fmt::format("{} silent recordings were left out, the first: {}", silent_, first_silent_));
    }

private:
    static void append(const std::vector<float>& features, const std::vector<std::int64_t>& target,
                       const std::string& name, SpectrogramSet& set) {
        set.features.insert(set.features.end(), features.begin(), features.end());
        set.begins.push_back(static_cast<std::int64_t>(set.features.size()) / set.mels);
        set.targets.insert(set.targets.end(), target.begin(), target.end());
        set.target_begins.push_back(static_cast<std::int64_t>(set.targets.size()));
        set.names.push_back(name);
    }
    void note_silent(const std::string& name) {
        if (silent_++ == 0) first_silent_ = name;
    }

    LogMel log_mel_;
    double silence_db_;
    std::int64_t silent_ = 0;
    std::string first_silent_;
};

std::vector<std::int64_t> first_targets(const SpectrogramSet& set) {
    std::vector<std::int64_t> labels;
    for (std::int64_t i = 0; i < set.size(); ++i) labels.push_back(set.target(i)[0]);
    return labels;
}

void divide(const SplitOptions& split, SpectrogramTask& task) {
    const std::vector<std::int64_t> labels = first_targets(*task.train.set);
    SplitOptions options = split;
    const bool has_validation = task.validation.size() > 0;
    if (has_validation && (options.train_images == 0 || options.train_images >= task.train.size())) return;
    if (has_validation) options.validation_images = task.train.size() - options.train_images;
    IndexSplit parts = stratified_split(labels, options, task.train.set->source);
    task.train.indices = std::move(parts.train);
    if (!has_validation) task.validation = {task.train.set, std::move(parts.validation)};
}

std::int64_t longest(const SpectrogramSubset& recordings) {
    std::int64_t most = 1;
    for (const std::int64_t i : recordings.indices) most = std::max(most, recordings.set->n_frames(i));
    return most;
}

void note_cut(SpectrogramTask& task) {
    std::int64_t cut = 0, all = 0;
    for (const SpectrogramSubset* part : {&task.train, &task.validation, &task.test}) {
        all += part->size();
        for (const std::int64_t i : part->indices) cut += part->set->n_frames(i) > task.frames ? 1 : 0;
    }
    if (cut > 0) task.notes.push_back(fmt::format("{} of {} recordings are cut at {} frames", cut, all, task.frames));
}

}  // namespace

SpectrogramTask make_spectrogram_task(const RecordingParts& parts, const SpectrogramTaskOptions& options,
                                      const SplitOptions& split) {
    FeatureMaker make(options);
    const auto features = [&](const LabelledRecordings& part) {
        return all_of(std::make_shared<const SpectrogramSet>(make(part)));
    };
    SpectrogramTask task;
    task.sequences = parts.sequences;
    task.train = features(parts.train);
    task.validation = features(parts.validation);
    task.test = features(parts.test);
    if (task.train.size() == 0)
        throw DataError(fmt::format("{}: expected recordings to train on; all are silent", parts.train.source));
    divide(split, task);
    task.normalization = measure_normalization(task.train);
    task.frames = options.frames > 0 ? options.frames : longest(task.train);
    for (const SpectrogramSubset* part : {&task.train, &task.validation, &task.test})
        for (std::int64_t i = 0; i < part->set->size(); ++i)
            task.tokens = std::max(task.tokens, static_cast<std::int64_t>(part->set->target(i).size()) + 1);
    make.add_notes(task.notes);
    note_cut(task);
    note_unseen_classes(task);
    return task;
}

}  // namespace hpnas
