#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hpnas/data/labelled_files.hpp"

namespace hpnas {

/// Recordings of one rate with their labels. A regular value.
struct LabelledRecordings {
    std::vector<std::vector<float>> samples;         ///< [N]
    std::vector<std::vector<std::int64_t>> targets;  ///< [N] one class each, or sequences of classes
    std::vector<std::string> names;                  ///< [N] files, for messages
    std::vector<std::string> classes;
    std::int64_t rate = 0;  ///< Hz
    std::string source;

    std::int64_t size() const noexcept { return static_cast<std::int64_t>(samples.size()); }
    void append(std::vector<float> wave, std::vector<std::int64_t> target, std::string name);
};

/// What one source divides into. Parts that a source does not have are empty; all have the classes of `train`.
struct RecordingParts {
    LabelledRecordings train, validation, test;
    bool sequences = false;  ///< targets are sequences
};

/// How sound files become recordings.
struct RecordingOptions {
    std::int64_t rate = 16000;  ///< Hz
    bool resample = false;      ///< other rates are converted, not refused
    bool sequences = false;     ///< a label is a sequence of classes, separated by blanks
};

/// Reads the files. Classes are the different labels (or their words) of training files, sorted (as numbers, if all are
/// whole numbers).
/// @throws DataError naming the file, as read_recording(), and for a class that no training recording has
RecordingParts read_recordings(const FileParts& files, const RecordingOptions& options);

/// Endings of the files that list_files() looks for.
std::span<const std::string_view> recording_endings() noexcept;

}  // namespace hpnas
