#include "hpnas/data/recording.hpp"

#include <fmt/format.h>
#include <sndfile.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <numbers>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

constexpr double zero_crossings = 16;

struct Close {
    void operator()(SNDFILE* file) const noexcept { sf_close(file); }
};
using SoundFile = std::unique_ptr<SNDFILE, Close>;

/// libsndfile takes a WAV file that ends early for a shorter one.
void check_wav_length(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::array<unsigned char, 12> head{};
    in.read(reinterpret_cast<char*>(head.data()), head.size());
    if (in.gcount() != 12 || std::memcmp(head.data(), "RIFF", 4) != 0 || std::memcmp(&head[8], "WAVE", 4) != 0) return;
    const std::uint64_t size =
        head[4] + (std::uint64_t{head[5]} << 8U) + (std::uint64_t{head[6]} << 16U) + (std::uint64_t{head[7]} << 24U);
    const std::uint64_t expected = size + 8, got = std::filesystem::file_size(path);
    if (size != 0 && size != 0xffffffffU && got < expected)  // those two stand for a length that was not known
        throw DataError(fmt::format("{}: expected {} bytes, got {}; the file is truncated", path, expected, got));
}

double sinc(double x) { return x == 0 ? 1.0 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x); }

}  // namespace

Recording read_recording(const std::string& path) {
    if (!std::filesystem::is_regular_file(path))
        throw DataError(fmt::format("{}: cannot be read", path), ExitCode::no_input);
    check_wav_length(path);
    SF_INFO info{};
    const SoundFile file(sf_open(path.c_str(), SFM_READ, &info));
    if (!file) throw DataError(fmt::format("{}: expected a sound file; {}", path, sf_strerror(nullptr)));
    if (info.frames <= 0) throw DataError(fmt::format("{}: expected samples, got none", path));
    const auto channels = static_cast<std::size_t>(info.channels);
    std::vector<float> values(static_cast<std::size_t>(info.frames) * channels);
    const sf_count_t got = sf_readf_float(file.get(), values.data(), info.frames);
    if (got != info.frames)
        throw DataError(
            fmt::format("{}: expected {} samples, got {}; the file is truncated or corrupt", path, info.frames, got));
    Recording recording{std::vector<float>(static_cast<std::size_t>(info.frames)), info.samplerate};
    for (std::size_t i = 0; i < recording.samples.size(); ++i) {
        float sum = 0;
        for (std::size_t c = 0; c < channels; ++c) sum += values[i * channels + c];
        recording.samples[i] = sum / static_cast<float>(channels);
        if (!std::isfinite(sum)) throw DataError(fmt::format("{}: sample {}: expected a finite value", path, i));
    }
    return recording;
}

Recording read_recording(const std::string& path, std::int64_t rate, bool may_resample) {
    Recording recording = read_recording(path);
    if (recording.rate == rate) return recording;
    if (!may_resample)
        throw DataError(
            fmt::format("{}: expected {} Hz, got {} Hz; set resample: true to convert", path, rate, recording.rate));
    return resample(recording, rate);
}

void write_recording(const std::string& path, const Recording& recording) {
    SF_INFO info{};
    info.samplerate = static_cast<int>(recording.rate);
    info.channels = 1;
    info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
    const SoundFile file(sf_open(path.c_str(), SFM_WRITE, &info));
    if (!file) throw StoreError(fmt::format("{}: {}", path, sf_strerror(nullptr)), ExitCode::cannot_create);
    sf_command(file.get(), SFC_SET_CLIPPING, nullptr, SF_TRUE);
    const auto n = static_cast<sf_count_t>(recording.samples.size());
    if (sf_writef_float(file.get(), recording.samples.data(), n) != n)
        throw StoreError(fmt::format("{}: cannot be written", path));
}

Recording resample(const Recording& recording, std::int64_t rate) {
    const auto n = static_cast<std::int64_t>(recording.samples.size());
    Recording result{std::vector<float>(static_cast<std::size_t>((n * rate + recording.rate - 1) / recording.rate)),
                     rate};
    const double step = static_cast<double>(recording.rate) / static_cast<double>(rate);
    const double cutoff = std::min(1.0, 1.0 / step), reach = zero_crossings / cutoff;
    for (std::size_t i = 0; i < result.samples.size(); ++i) {
        const double at = static_cast<double>(i) * step;
        const auto first = std::max<std::int64_t>(0, static_cast<std::int64_t>(std::ceil(at - reach)));
        const auto last = std::min<std::int64_t>(n - 1, static_cast<std::int64_t>(std::floor(at + reach)));
        double sum = 0;
        for (std::int64_t k = first; k <= last; ++k) {
            const double away = at - static_cast<double>(k);
            const double window = 0.5 + 0.5 * std::cos(std::numbers::pi * away / reach);
            sum += static_cast<double>(recording.samples[static_cast<std::size_t>(k)]) * cutoff * sinc(cutoff * away) *
                   window;
        }
        result.samples[i] = static_cast<float>(sum);
    }
    return result;
}

double peak_db(std::span<const float> samples) noexcept {
    float peak = 0;
    for (const float sample : samples) peak = std::max(peak, std::abs(sample));
    return peak > 0 ? 20 * std::log10(static_cast<double>(peak)) : -std::numeric_limits<double>::infinity();
}

}  // namespace hpnas
