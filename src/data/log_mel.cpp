#include "hpnas/data/log_mel.hpp"

#include <fmt/format.h>
#include <kissfft/kiss_fftr.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

constexpr float power_floor = 1e-10F;

double mel_of(double hz) { return 2595 * std::log10(1 + hz / 700); }
double hz_of(double mel) { return 700 * (std::pow(10, mel / 2595) - 1); }

struct Free {
    void operator()(kiss_fftr_cfg plan) const noexcept { kiss_fftr_free(plan); }
};
using Plan = std::unique_ptr<std::remove_pointer_t<kiss_fftr_cfg>, Free>;

}  // namespace

LogMel::LogMel(const LogMelOptions& options) : options_(options) {
    const auto samples = [&](double ms) { return std::llround(ms * 1e-3 * static_cast<double>(options.rate)); };
    const std::int64_t window = samples(options.window_ms);
    hop_ = samples(options.hop_ms);
    if (options_.highest_hz == 0) options_.highest_hz = static_cast<double>(options.rate) / 2;
    if (options.fft % 2 != 0 || options.fft < window)
        throw ConfigError(
            fmt::format("log-mel features: expected fft even and at least the {} samples of window_ms = {}, "
                        "got {}",
                        window, options.window_ms, options.fft));
    if (options_.highest_hz <= options_.lowest_hz || options_.highest_hz > static_cast<double>(options.rate) / 2)
        throw ConfigError(fmt::format("log-mel features: expected lowest_hz < highest_hz <= {}, got {} and {}",
                                      static_cast<double>(options.rate) / 2, options_.lowest_hz, options_.highest_hz));
    for (std::int64_t i = 0; i < window; ++i)
        window_.push_back(static_cast<float>(
            0.54 - 0.46 * std::cos(2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(window))));

    const double low = mel_of(options_.lowest_hz), high = mel_of(options_.highest_hz);
    const auto corner = [&](std::int64_t i) {
        return hz_of(low + (high - low) * static_cast<double>(i) / static_cast<double>(options.mels + 1));
    };
    const double bin_hz = static_cast<double>(options.rate) / static_cast<double>(options.fft);
    for (std::int64_t m = 0; m < options.mels; ++m) {
        const double left = corner(m), centre = corner(m + 1), right = corner(m + 2);
        Band band;
        band.first = static_cast<std::int64_t>(std::ceil(left / bin_hz));
        for (std::int64_t k = band.first; static_cast<double>(k) * bin_hz < right && k <= options.fft / 2; ++k) {
            const double hz = static_cast<double>(k) * bin_hz;
            band.weights.push_back(
                static_cast<float>(std::min((hz - left) / (centre - left), (right - hz) / (right - centre))));
        }
        bands_.push_back(std::move(band));
    }
}

std::vector<float> LogMel::operator()(std::span<const float> samples) const {
    const auto n = static_cast<std::int64_t>(samples.size()), frames = n_frames(n);
    const auto window = static_cast<std::int64_t>(window_.size());
    const Plan plan(kiss_fftr_alloc(static_cast<int>(options_.fft), 0, nullptr, nullptr));
    std::vector<float> frame(static_cast<std::size_t>(options_.fft)), power(frame.size() / 2 + 1), result;
    std::vector<kiss_fft_cpx> spectrum(power.size());
    result.reserve(static_cast<std::size_t>(frames * options_.mels));
    for (std::int64_t t = 0; t < frames; ++t) {
        const std::int64_t first = t * hop_ - window / 2;
        for (std::int64_t i = 0; i < window; ++i) {
            const std::int64_t at = first + i;
            const float sample = at >= 0 && at < n ? samples[static_cast<std::size_t>(at)] : 0.0F;
            frame[static_cast<std::size_t>(i)] = sample * window_[static_cast<std::size_t>(i)];
        }
        kiss_fftr(plan.get(), frame.data(), spectrum.data());
        for (std::size_t k = 0; k < power.size(); ++k)
            power[k] = spectrum[k].r * spectrum[k].r + spectrum[k].i * spectrum[k].i;
        for (const Band& band : bands_) {
            float sum = 0;
            for (std::size_t k = 0; k < band.weights.size(); ++k)
                sum += band.weights[k] * power[static_cast<std::size_t>(band.first) + k];
            result.push_back(10 * std::log10(std::max(sum, power_floor)));
        }
    }
    const float least = *std::max_element(result.begin(), result.end()) - static_cast<float>(options_.top_db);
    for (float& value : result) value = std::max(value, least);
    return result;
}

}  // namespace hpnas
