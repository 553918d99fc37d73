#pragma once
#include <cstdint>
#include <string>
#include <utility>

#include "hpnas/data/dataset.hpp"
#include "hpnas/data/spectrogram_task.hpp"
#include "hpnas/data/spoken_digits.hpp"

namespace hpnas {

struct RecordingFileOptions {
    std::string path;
    FileColumns columns;
    bool sequences = false, resample = false;
    SpectrogramTaskOptions features;
    SplitOptions split;

    void visit(OptionVisitor& v) {
        OptionInfo where{
            "path",
            "folder with one sub-folder per class (or train, validation, test of such), CSV file that lists "
            "files, or a file that `hpnas data pack` made"};
        where.required = true;
        v.text(where, path);
        columns.visit(v);
        v.boolean({"sequences", "CSV: a label is a sequence of classes, separated by blanks"}, sequences);
        v.boolean({"resample", "convert recordings of another rate; else they are refused"}, resample);
        features.visit(v);
        split.visit_examples(v);
    }
};

/// Recordings of the user's own.
class Recordings final : public Dataset {
public:
    explicit Recordings(RecordingFileOptions options) : options_(std::move(options)) {}
    Task load() const override;

private:
    RecordingFileOptions options_;
};

/// Constants for telephone-rate digits.
struct SpokenDigitOptions {
    SpokenDigitOptions() {
        features.features.rate = 8000;
        features.features.fft = 256;
        features.features.mels = 40;
    }
    std::string path;
    SpokenDigitSplit split;
    bool resample = false;
    SpectrogramTaskOptions features;

    void visit(OptionVisitor& v) {
        OptionInfo where{"path", "folder that holds {digit}_{speaker}_{index}.wav, or holds it as `recordings`"};
        where.required = true;
        v.text(where, path);
        split.visit(v);
        v.boolean({"resample", "convert recordings of another rate; else they are refused"}, resample);
        features.visit(v);
    }
};

/// The Free Spoken Digit Dataset: which digit was said.
class SpokenDigits final : public Dataset {
public:
    explicit SpokenDigits(SpokenDigitOptions options) : options_(std::move(options)) {}
    Task load() const override;

private:
    SpokenDigitOptions options_;
};

struct DigitStringDatasetOptions {
    SpokenDigitOptions digits;
    DigitStringOptions strings;
    std::int64_t seed = 0;

    void visit(OptionVisitor& v) {
        digits.visit(v);
        strings.visit(v);
        v.integer(
            {"strings_seed", "seed of the strings; apart from the run's seed so that runs can be compared", 0, 1e15},
            seed);
    }
};

/// Strings of digits of one speaker, made of the recordings of the Free Spoken Digit Dataset: which digits were said.
class DigitStrings final : public Dataset {
public:
    explicit DigitStrings(DigitStringDatasetOptions options) : options_(std::move(options)) {}
    Task load() const override;

private:
    DigitStringDatasetOptions options_;
};

}  // namespace hpnas
