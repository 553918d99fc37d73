#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "data/messages.hpp"
#include "hpnas/data/recording.hpp"

namespace hpnas {
namespace {

Recording tone(double hz, std::int64_t rate, std::int64_t n, double amplitude = 0.5) {
    Recording result{{}, rate};
    for (std::int64_t i = 0; i < n; ++i)
        result.samples.push_back(static_cast<float>(
            amplitude * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / static_cast<double>(rate))));
    return result;
}

TEST(Recording, IsReadAsItWasWritten) {
    test::Folder folder;
    const Recording written = tone(440, 8000, 1000);
    write_recording(folder / "a.wav", written);
    const Recording read = read_recording(folder / "a.wav");
    EXPECT_EQ(read.rate, 8000);
    ASSERT_EQ(read.samples.size(), 1000U);
    for (std::size_t i = 0; i < 1000; ++i) EXPECT_NEAR(read.samples[i], written.samples[i], 1.0 / 32768);  // 16 bits
}

/// A WAV file of 16-bit samples, made by hand.
std::string wav(int channels, const std::vector<std::int16_t>& values) {
    const auto number = [](std::uint32_t value, int bytes) {
        std::string text;
        for (int i = 0; i < bytes; ++i) text += static_cast<char>((value >> (8 * i)) & 0xffU);
        return text;
    };
    const auto size = static_cast<std::uint32_t>(2 * values.size()), c = static_cast<std::uint32_t>(channels);
    std::string text = "RIFF" + number(36 + size, 4) + "WAVEfmt " + number(16, 4) + number(1, 2) + number(c, 2) +
                       number(8000, 4) + number(16000 * c, 4) + number(2 * c, 2) + number(16, 2) + "data" +
                       number(size, 4);
    for (const std::int16_t value : values) text += number(static_cast<std::uint16_t>(value), 2);
    return text;
}

TEST(Recording, ChannelsAreAveraged) {
    test::Folder folder;
    test::write_file(folder / "s.wav", wav(2, {16384, 0, -8192, -8192}));
    EXPECT_EQ(read_recording(folder / "s.wav").samples, (std::vector<float>{0.25F, -0.25F}));
}

TEST(Recording, BadFilesAreNamed) {
    test::Folder folder;
    const std::string whole = wav(1, std::vector<std::int16_t>(100, 1000));
    test::write_file(folder / "short.wav", whole.substr(0, 200));
    EXPECT_NE(test::message([&] {
                  read_recording(folder / "short.wav");
              }).find("short.wav: expected 244 bytes, got 200; the file is truncated"),
              std::string::npos);
    test::write_file(folder / "text.wav", "this is no sound");
    EXPECT_NE(test::message([&] { read_recording(folder / "text.wav"); }).find("text.wav: expected a sound file"),
              std::string::npos);
    test::write_file(folder / "none.wav", wav(1, {}));
    EXPECT_NE(test::message([&] { read_recording(folder / "none.wav"); }).find("none.wav: expected samples, got none"),
              std::string::npos);
    test::message([&] { read_recording(folder / "missing.wav"); }, ExitCode::no_input);
}

TEST(Recording, AnotherRateIsAnErrorUnlessAllowed) {
    test::Folder folder;
    write_recording(folder / "a.wav", tone(440, 16000, 1600));
    EXPECT_NE(test::message([&] {
                  read_recording(folder / "a.wav", 8000, false);
              }).find("a.wav: expected 8000 Hz, got 16000 Hz; set resample: true"),
              std::string::npos);
    EXPECT_EQ(read_recording(folder / "a.wav", 8000, true).samples.size(), 800U);
}

// Away from the ends a tone below half of both rates stays the same tone; one above vanishes. A Hann window of 16 zero
// crossings leaves ripples of about 1e-3 outside of its transition band.
TEST(Resample, KeepsTonesAndDropsWhatTheRateCannotHold) {
    for (const auto& [from, to] : {std::pair{16000, 8000}, {8000, 16000}, {44100, 16000}}) {
        const Recording result = resample(tone(1000, from, from / 4), to);
        const Recording expected = tone(1000, to, static_cast<std::int64_t>(result.samples.size()));
        EXPECT_EQ(result.samples.size(), static_cast<std::size_t>(to / 4));
        for (std::size_t i = 200; i + 200 < result.samples.size(); ++i)
            ASSERT_NEAR(result.samples[i], expected.samples[i], 2e-3) << from << " " << to << " " << i;
    }
    const Recording gone = resample(tone(6000, 16000, 4000), 8000);
    for (std::size_t i = 200; i + 200 < gone.samples.size(); ++i) ASSERT_NEAR(gone.samples[i], 0, 2e-3);
    EXPECT_EQ(resample(tone(1, 3, 10), 2).samples.size(), 7U);  // 6.67, rounded up
}

TEST(PeakDb, IsOfFullScale) {
    EXPECT_NEAR(peak_db(std::vector<float>{0.1F, -0.5F}), -6.0206, 1e-3);
    EXPECT_TRUE(std::isinf(peak_db(std::vector<float>{0, 0})));
    EXPECT_TRUE(std::isinf(peak_db({})));
}

}  // namespace
}  // namespace hpnas
