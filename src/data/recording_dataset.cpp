#include "hpnas/data/recording_dataset.hpp"

#include <fmt/format.h>

#include "hpnas/core/error.hpp"
#include "hpnas/data/packed_file.hpp"
#include "hpnas/data/recording.hpp"

namespace hpnas {
namespace {

LabelledRecordings single_digits(const std::vector<SpokenDigit>& digits, const std::vector<std::size_t>& part,
                                 std::int64_t rate) {
    LabelledRecordings result;
    for (int digit = 0; digit < 10; ++digit) result.classes.push_back(std::to_string(digit));
    result.rate = rate;
    for (const std::size_t i : part) result.append(digits[i].samples, {digits[i].digit}, digits[i].file);
    return result;
}

}  // namespace

Task Recordings::load() const {
    if (is_packed(options_.path))
        return make_spectrogram_task(
            read_packed_recordings(options_.path, options_.features.features.rate, options_.resample),
            options_.features, options_.split);
    const FileParts files = list_files(options_.path, recording_endings(), options_.columns);
    const RecordingParts parts =
        read_recordings(files, {options_.features.features.rate, options_.resample, options_.sequences});
    SpectrogramTask task = make_spectrogram_task(parts, options_.features, options_.split);
    task.notes.insert(task.notes.begin(), files.notes.begin(), files.notes.end());
    return task;
}

Task SpokenDigits::load() const {
    const std::int64_t rate = options_.features.features.rate;
    const std::vector<SpokenDigit> digits = read_spoken_digits(options_.path, rate, options_.resample);
    const SpokenDigitParts split = split_spoken_digits(digits, options_.split, options_.path);
    RecordingParts parts;
    parts.train = single_digits(digits, split.train, rate);
    parts.validation = single_digits(digits, split.validation, rate);
    parts.test = single_digits(digits, split.test, rate);
    for (LabelledRecordings* part : {&parts.train, &parts.validation, &parts.test}) part->source = options_.path;
    return make_spectrogram_task(parts, options_.features, {});
}

Task DigitStrings::load() const {
    const SpokenDigitOptions& digit_options = options_.digits;
    const DigitStringOptions& strings = options_.strings;
    if (strings.least > strings.most || strings.least_gap_ms > strings.most_gap_ms)
        throw ConfigError(
            fmt::format("data: expected least_digits <= most_digits and least_gap_ms <= most_gap_ms, got {} and "
                        "{}, {} and {}",
                        strings.least, strings.most, strings.least_gap_ms, strings.most_gap_ms));
    const std::int64_t rate = digit_options.features.features.rate;
    std::vector<SpokenDigit> digits = read_spoken_digits(digit_options.path, rate, digit_options.resample);
    const std::size_t silent = std::erase_if(
        digits, [&](const SpokenDigit& digit) { return peak_db(digit.samples) < digit_options.features.silence_db; });
    const SpokenDigitParts split = split_spoken_digits(digits, digit_options.split, digit_options.path);
    const auto join = [&](const std::vector<std::size_t>& from, std::int64_t count, std::uint64_t part) {
        LabelledRecordings made =
            join_digits(digits, from, strings, count, rate, static_cast<std::uint64_t>(options_.seed), part);
        made.source = digit_options.path;
        return made;
    };
    RecordingParts parts;
    parts.sequences = true;
    parts.train = join(split.train, strings.train, 1);
    parts.validation = join(split.validation, strings.validation, 2);
    parts.test = join(split.test, strings.test, 3);
    SpectrogramTask task = make_spectrogram_task(parts, digit_options.features, {});
    if (silent > 0)
        task.notes.push_back(fmt::format("{}: {} silent recordings were left out", digit_options.path, silent));
    return task;
}

}  // namespace hpnas
