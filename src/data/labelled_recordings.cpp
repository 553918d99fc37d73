#include "hpnas/data/labelled_recordings.hpp"

#include <fmt/format.h>

#include <array>
#include <sstream>
#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/data/labelled_texts.hpp"
#include "hpnas/data/recording.hpp"

namespace hpnas {
namespace {

/// The classes that a file's label names.
std::vector<std::string> words_of(const LabelledFile& file, bool sequences) {
    if (!sequences) return {file.label};
    std::vector<std::string> words;
    std::istringstream in(file.label);
    for (std::string word; in >> word;) words.push_back(word);
    if (words.empty()) throw DataError(fmt::format("{}: expected classes, got an empty label", file.where));
    return words;
}

LabelledRecordings read_part(const std::vector<LabelledFile>& files, const std::vector<std::string>& classes,
                             const std::string& source, const RecordingOptions& options) {
    LabelledRecordings part;
    part.classes = classes;
    part.rate = options.rate;
    part.source = source;
    for (const LabelledFile& file : files) {
        std::vector<std::int64_t> target;
        for (const std::string& word : words_of(file, options.sequences))
            target.push_back(class_of(word, classes, file.where));
        part.append(read_recording(file.path, options.rate, options.resample).samples, std::move(target), file.path);
    }
    return part;
}

}  // namespace

void LabelledRecordings::append(std::vector<float> wave, std::vector<std::int64_t> target, std::string name) {
    samples.push_back(std::move(wave));
    targets.push_back(std::move(target));
    names.push_back(std::move(name));
}

RecordingParts read_recordings(const FileParts& files, const RecordingOptions& options) {
    std::vector<std::string> labels;
    for (const LabelledFile& file : files.train)
        for (std::string& word : words_of(file, options.sequences)) labels.push_back(std::move(word));
    const std::vector<std::string> classes = sorted_labels(std::move(labels));
    RecordingParts parts;
    parts.sequences = options.sequences;
    parts.train = read_part(files.train, classes, files.source, options);
    parts.validation = read_part(files.validation, classes, files.source, options);
    parts.test = read_part(files.test, classes, files.source, options);
    return parts;
}

std::span<const std::string_view> recording_endings() noexcept {
    static constexpr std::array<std::string_view, 6> endings{".wav", ".flac", ".ogg", ".opus", ".aif", ".aiff"};
    return endings;
}

}  // namespace hpnas
