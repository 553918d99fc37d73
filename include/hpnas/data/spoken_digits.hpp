#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/data/labelled_recordings.hpp"

namespace hpnas {

/// A recording of the Free Spoken Digit Dataset: file {digit}_{speaker}_{index}.wav.
struct SpokenDigit {
    std::int64_t digit = 0, index = 0;
    std::string speaker, file;
    std::vector<float> samples;
};

/// All recordings of a folder (or of its folder `recordings`), sorted by speaker, digit and index.
/// @param rate  Hz
/// @throws DataError (no_input if there are none) for a name of another form, or as read_recording()
std::vector<SpokenDigit> read_spoken_digits(const std::string& folder, std::int64_t rate, bool resample);

/// Which recordings are for what.
struct SpokenDigitSplit {
    std::int64_t test_recordings = 5, validation_recordings = 5;
    std::string held_out_speaker{};

    void visit(OptionVisitor& v) {
        v.integer({"test_recordings",
                   "recordings of each digit and speaker, those of lowest index, that are the test part", 0, 1e6},
                  test_recordings);
        v.integer({"validation_recordings", "the next ones, which are held out", 1, 1e6}, validation_recordings);
        v.text(
            {"held_out_speaker",
             "all recordings of this speaker are the test part, and none is trained on or held out; empty: nobody's"},
            held_out_speaker);
    }
};

/// Positions of the recordings of each part.
struct SpokenDigitParts {
    std::vector<std::size_t> train, validation, test;
};
/// With a held-out speaker, the test recordings of the others are in no part, so that the others' training recordings
/// are the same as without.
/// @throws DataError naming the speakers if there is none of that name, or a part that must not is empty
SpokenDigitParts split_spoken_digits(const std::vector<SpokenDigit>& digits, const SpokenDigitSplit& split,
                                     const std::string& source);

/// How digits become strings of digits.
struct DigitStringOptions {
    std::int64_t train = 2000, validation = 200, test = 200;
    std::int64_t least = 2, most = 5;
    double least_gap_ms = 50, most_gap_ms = 300;

    void visit(OptionVisitor& v) {
        v.integer({"train_strings", "strings trained on", 1, 1e7}, train);
        v.integer({"validation_strings", "strings held out", 1, 1e7}, validation);
        v.integer({"test_strings", "strings of the test part", 0, 1e7}, test);
        v.integer({"least_digits", "digits of the shortest string", 1, 1000}, least);
        v.integer({"most_digits", "digits of the longest string", 1, 1000}, most);
        v.number({"least_gap_ms", "shortest silence between two digits (ms)", 0, 60000}, least_gap_ms);
        v.number({"most_gap_ms", "longest silence between two digits (ms)", 0, 60000}, most_gap_ms);
    }
};

/// `count` strings: recordings of one speaker, all drawn at random from `from`, joined with random silences. String i
/// is a pure function of the recordings, the options, `seed`, `part` and i.
LabelledRecordings join_digits(const std::vector<SpokenDigit>& digits, const std::vector<std::size_t>& from,
                               const DigitStringOptions& options, std::int64_t count, std::int64_t rate,
                               std::uint64_t seed, std::uint64_t part);

}  // namespace hpnas
