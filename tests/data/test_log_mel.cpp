#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "data/messages.hpp"
#include "hpnas/core/rng.hpp"
#include "hpnas/data/log_mel.hpp"

namespace hpnas {
namespace {

std::vector<float> noise(std::int64_t n) {
    Rng rng(1, Purpose::test);
    std::vector<float> result;
    for (std::int64_t i = 0; i < n; ++i) result.push_back(static_cast<float>(0.1 * rng.normal()));
    return result;
}

LogMelOptions small() {
    LogMelOptions options;
    options.rate = 8000;
    options.fft = 256;
    options.mels = 20;
    options.lowest_hz = 100;
    options.highest_hz = 3800;
    return options;
}

/// The definition in double, the Fourier transform as a sum.
std::vector<double> slow_log_mel(const LogMelOptions& o, const std::vector<float>& samples) {
    constexpr double pi = std::numbers::pi;
    const auto n = static_cast<std::int64_t>(samples.size());
    const std::int64_t window = 200, hop = 80;  // 25 and 10 ms at 8 kHz
    const auto mel = [](double hz) { return 2595 * std::log10(1 + hz / 700); };
    std::vector<double> result;
    for (std::int64_t t = 0; t <= n / hop; ++t) {
        std::vector<double> power;
        for (std::int64_t k = 0; k <= o.fft / 2; ++k) {
            std::complex<double> sum = 0;
            for (std::int64_t i = 0; i < window; ++i) {
                const std::int64_t at = t * hop - window / 2 + i;
                const double x = at < 0 || at >= n ? 0.0 : static_cast<double>(samples[static_cast<std::size_t>(at)]);
                sum += x * (0.54 - 0.46 * std::cos(2 * pi * static_cast<double>(i) / 200)) *
                       std::polar(1.0, -2 * pi * static_cast<double>(k * i) / static_cast<double>(o.fft));
            }
            power.push_back(std::norm(sum));
        }
        const double step = (mel(o.highest_hz) - mel(o.lowest_hz)) / static_cast<double>(o.mels + 1);
        const auto corner = [&](std::int64_t m) {
            return 700 * (std::pow(10, (mel(o.lowest_hz) + step * static_cast<double>(m)) / 2595) - 1);
        };
        for (std::int64_t m = 0; m < o.mels; ++m) {
            double sum = 0;
            for (std::size_t k = 0; k < power.size(); ++k) {
                const double hz = 8000.0 * static_cast<double>(k) / static_cast<double>(o.fft);
                const double up = (hz - corner(m)) / (corner(m + 1) - corner(m));
                const double down = (corner(m + 2) - hz) / (corner(m + 2) - corner(m + 1));
                sum += power[k] * std::max(0.0, std::min(up, down));
            }
            result.push_back(10 * std::log10(std::max(sum, 1e-10)));
        }
    }
    const double least = *std::max_element(result.begin(), result.end()) - o.top_db;
    for (double& value : result) value = std::max(value, least);
    return result;
}

TEST(LogMel, AgreesWithTheDefinition) {
    const std::vector<float> samples = noise(1000);
    const LogMel log_mel(small());
    const std::vector<float> fast = log_mel(samples);
    const std::vector<double> slow = slow_log_mel(small(), samples);
    ASSERT_EQ(log_mel.n_frames(1000), 13);
    ASSERT_EQ(fast.size(), 13U * 20);
    // float32 sums of 256 terms, relative 256 * 6e-8 in amplitude: 20 log10(1 + 1.5e-5) = 1.3e-4 dB; a bin far below
    // the others loses another digit.
    for (std::size_t i = 0; i < fast.size(); ++i) ASSERT_NEAR(static_cast<double>(fast[i]), slow[i], 2e-3) << i;
}

TEST(LogMel, AToneIsLoudestInItsBand) {
    std::vector<float> samples;
    for (int i = 0; i < 8000; ++i)
        samples.push_back(static_cast<float>(0.5 * std::sin(2 * std::numbers::pi * 1000 * i / 8000.0)));
    const std::vector<float> features = LogMel(small())(samples);
    const auto frame = features.begin() + 50 * 20;
    const auto loudest = std::max_element(frame, frame + 20) - frame;
    // Corners are 150.5 to 2104.9 mel in 21 steps of 93.1; 1000 Hz is 1000 mel: between corners 9 and 10, nearest 9:
    // band 8.
    EXPECT_EQ(loudest, 8);
}

TEST(LogMel, SilenceIsTheFloorAndQuietPartsAreRaised) {
    const std::vector<float> silence = LogMel(small())(std::vector<float>(400, 0.0F));
    for (const float value : silence) EXPECT_FLOAT_EQ(value, -100.0F);
    std::vector<float> half = noise(8000);
    std::fill(half.begin(), half.begin() + 4000, 0.0F);
    const std::vector<float> features = LogMel(small())(half);
    EXPECT_FLOAT_EQ(features[0], *std::max_element(features.begin(), features.end()) - 80.0F);
}

TEST(LogMel, DefaultsGiveAFrameEveryTenMilliseconds) {
    const LogMel log_mel(LogMelOptions{});
    EXPECT_EQ(log_mel.n_frames(16000), 101);
    EXPECT_EQ(log_mel(noise(16000)).size(), 101U * 80);
}

TEST(LogMel, OptionsMustFitTogether) {
    LogMelOptions options = small();
    options.fft = 198;
    test::message([&] { LogMel{options}; }, ExitCode::config);
    options = small();
    options.fft = 257;
    test::message([&] { LogMel{options}; }, ExitCode::config);
    options = small();
    options.highest_hz = 4001;
    test::message([&] { LogMel{options}; }, ExitCode::config);
    options.highest_hz = 100;
    test::message([&] { LogMel{options}; }, ExitCode::config);
}

}  // namespace
}  // namespace hpnas
