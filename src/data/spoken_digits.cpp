#include "hpnas/data/spoken_digits.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>
#include <tuple>

#include "hpnas/core/error.hpp"
#include "hpnas/core/rng.hpp"
#include "hpnas/data/recording.hpp"

namespace hpnas {
namespace {

namespace fs = std::filesystem;

std::int64_t whole_number(std::string_view text, std::int64_t most) {
    std::int64_t value = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && value <= most ? value : -1;
}

/// What the file's name says.
SpokenDigit parse_name(const fs::path& path) {
    const std::string name = path.stem().string();
    const std::size_t first = name.find('_'), last = name.rfind('_');
    SpokenDigit result;
    if (first != std::string::npos && last > first) {
        result.digit = whole_number(std::string_view(name).substr(0, first), 9);
        result.index = whole_number(std::string_view(name).substr(last + 1), 1'000'000);
        result.speaker = name.substr(first + 1, last - first - 1);
    }
    if (result.speaker.empty() || result.digit < 0 || result.index < 0)
        throw DataError(fmt::format("{}: expected a name {{digit 0 to 9}}_{{speaker}}_{{index}}.wav", path.string()));
    result.file = path.string();
    return result;
}

void check_part(const std::vector<std::size_t>& part, const char* purpose, const std::string& source) {
    if (part.empty())
        throw DataError(
            fmt::format("{}: expected recordings to {}, got none; change test_recordings or "
                        "validation_recordings",
                        source, purpose));
}

}  // namespace

std::vector<SpokenDigit> read_spoken_digits(const std::string& folder, std::int64_t rate, bool resample) {
    fs::path base(folder);
    if (fs::is_directory(base / "recordings")) base /= "recordings";
    std::vector<SpokenDigit> digits;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(base, error))
        if (entry.path().extension() == ".wav") digits.push_back(parse_name(entry.path()));
    if (digits.empty())
        throw DataError(
            fmt::format("{}: expected recordings {{digit}}_{{speaker}}_{{index}}.wav, found none", base.string()),
            ExitCode::no_input);
    std::sort(digits.begin(), digits.end(), [](const SpokenDigit& a, const SpokenDigit& b) {
        return std::tie(a.speaker, a.digit, a.index) < std::tie(b.speaker, b.digit, b.index);
    });
    for (SpokenDigit& digit : digits) digit.samples = read_recording(digit.file, rate, resample).samples;
    return digits;
}

SpokenDigitParts split_spoken_digits(const std::vector<SpokenDigit>& digits, const SpokenDigitSplit& split,
                                     const std::string& source) {
    std::set<std::string> speakers;
    for (const SpokenDigit& digit : digits) speakers.insert(digit.speaker);
    const bool hold_out = !split.held_out_speaker.empty();
    if (hold_out && !speakers.contains(split.held_out_speaker))
        throw DataError(fmt::format("{}: held_out_speaker: expected one of {}, got '{}'", source,
                                    fmt::join(speakers, ", "), split.held_out_speaker));
    SpokenDigitParts parts;
    std::int64_t place = 0;  // among the recordings of one digit and speaker
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const bool same = i > 0 && digits[i].speaker == digits[i - 1].speaker && digits[i].digit == digits[i - 1].digit;
        place = same ? place + 1 : 0;
        const bool held_out = hold_out && digits[i].speaker == split.held_out_speaker;
        if (held_out || (!hold_out && place < split.test_recordings))
            parts.test.push_back(i);
        else if (place >= split.test_recordings + split.validation_recordings)
            parts.train.push_back(i);
        else if (place >= split.test_recordings)
            parts.validation.push_back(i);
    }
    check_part(parts.train, "train on", source);
    check_part(parts.validation, "validate with", source);
    return parts;
}

LabelledRecordings join_digits(const std::vector<SpokenDigit>& digits, const std::vector<std::size_t>& from,
                               const DigitStringOptions& options, std::int64_t count, std::int64_t rate,
                               std::uint64_t seed, std::uint64_t part) {
    std::map<std::string, std::vector<std::size_t>> by_speaker;
    for (const std::size_t i : from) by_speaker[digits[i].speaker].push_back(i);
    std::vector<std::string> speakers;
    for (const auto& [speaker, recordings] : by_speaker) speakers.push_back(speaker);

    LabelledRecordings strings;
    for (int digit = 0; digit < 10; ++digit) strings.classes.push_back(std::to_string(digit));
    strings.rate = rate;
    for (std::int64_t s = 0; s < count && !speakers.empty(); ++s) {
        Rng rng(seed, Purpose::data, (part << 32U) | static_cast<std::uint64_t>(s));
        const std::string& speaker = speakers[rng.below(speakers.size())];
        const std::vector<std::size_t>& own = by_speaker.at(speaker);
        const std::int64_t n =
            options.least +
            static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(options.most - options.least + 1)));
        std::vector<float> wave;
        std::vector<std::int64_t> target;
        for (std::int64_t d = 0; d < n; ++d) {
            const SpokenDigit& digit = digits[own[rng.below(own.size())]];
            const double gap_ms = options.least_gap_ms + rng.uniform() * (options.most_gap_ms - options.least_gap_ms);
            if (d > 0)
                wave.resize(wave.size() +
                            static_cast<std::size_t>(std::lround(gap_ms * 1e-3 * static_cast<double>(rate))));
            wave.insert(wave.end(), digit.samples.begin(), digit.samples.end());
            target.push_back(digit.digit);
        }
        strings.append(std::move(wave), std::move(target), fmt::format("string {} of {}", s, speaker));
    }
    return strings;
}

}  // namespace hpnas
