#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "data/messages.hpp"
#include "hpnas/data/recording.hpp"
#include "hpnas/data/spoken_digits.hpp"

namespace hpnas {
namespace {

/// Two speakers, two digits, four recordings each; recording r of digit d holds the value (10 d + r) / 100, ten times.
std::vector<SpokenDigit> toy() {
    std::vector<SpokenDigit> digits;
    for (const char* speaker : {"ann", "bob"})
        for (std::int64_t d = 0; d < 2; ++d)
            for (std::int64_t r = 0; r < 4; ++r)
                digits.push_back(
                    {d, r, speaker, "f", std::vector<float>(10, static_cast<float>(10 * d + r + 1) / 100)});
    return digits;
}

TEST(SpokenDigits, AreReadByTheirNames) {
    test::Folder folder;
    std::filesystem::create_directories(folder / "recordings");
    for (const char* name : {"7_jo_10", "7_jo_9", "0_al_x_3"})
        write_recording(folder / "recordings/" + name + ".wav", {{0.5F, 0.25F}, 8000});
    const auto digits = read_spoken_digits(folder.path(), 8000, false);
    ASSERT_EQ(digits.size(), 3U);
    EXPECT_EQ(digits[0].speaker, "al_x");
    EXPECT_EQ(digits[1].index, 9);  // as numbers, not as texts
    EXPECT_EQ(digits[2].digit, 7);
    EXPECT_EQ(digits[2].samples.size(), 2U);
    write_recording(folder / "recordings/12_jo_1.wav", {{0.5F}, 8000});
    EXPECT_NE(
        test::message([&] { read_spoken_digits(folder.path(), 8000, false); }).find("12_jo_1.wav: expected a name"),
        std::string::npos);
    test::message([&] { read_spoken_digits(folder / "none", 8000, false); }, ExitCode::no_input);
}

TEST(SpokenDigits, SplitIsByIndex) {
    const auto digits = toy();
    const SpokenDigitParts parts =
        split_spoken_digits(digits, {.test_recordings = 1, .validation_recordings = 2}, "toy");
    EXPECT_EQ(parts.test, (std::vector<std::size_t>{0, 4, 8, 12}));
    EXPECT_EQ(parts.validation.size(), 8U);
    EXPECT_EQ(parts.train, (std::vector<std::size_t>{3, 7, 11, 15}));
    EXPECT_NE(test::message([&] {
                  split_spoken_digits(digits, {4, 1, ""}, "toy");
              }).find("expected recordings to train on"),
              std::string::npos);
}

TEST(SpokenDigits, AHeldOutSpeakerIsTheTestPart) {
    const auto digits = toy();
    const SpokenDigitParts parts = split_spoken_digits(digits, {1, 1, "bob"}, "toy");
    EXPECT_EQ(parts.test, (std::vector<std::size_t>{8, 9, 10, 11, 12, 13, 14, 15}));
    EXPECT_EQ(parts.validation, (std::vector<std::size_t>{1, 5}));
    EXPECT_EQ(parts.train, (std::vector<std::size_t>{2, 3, 6, 7}));
    EXPECT_NE(test::message([&] {
                  split_spoken_digits(digits, {1, 1, "eve"}, "toy");
              }).find("toy: held_out_speaker: expected one of ann, bob, got 'eve'"),
              std::string::npos);
}

TEST(DigitStrings, AreRecordingsOfOneSpeakerWithGaps) {
    const auto digits = toy();
    DigitStringOptions options;
    options.least = 1;
    options.most = 3;
    options.least_gap_ms = 1;
    options.most_gap_ms = 2;  // 8 to 16 samples
    std::vector<std::size_t> from(16);
    std::iota(from.begin(), from.end(), 0U);
    const LabelledRecordings strings = join_digits(digits, from, options, 200, 8000, 3, 1);
    ASSERT_EQ(strings.size(), 200);
    std::set<std::size_t> lengths;
    for (std::size_t s = 0; s < 200; ++s) {
        const auto& wave = strings.samples[s];
        const auto& target = strings.targets[s];
        lengths.insert(target.size());
        std::size_t at = 0;
        for (std::size_t d = 0; d < target.size(); ++d) {
            std::size_t gap = 0;
            while (wave[at] == 0) ++at, ++gap;
            EXPECT_TRUE(d == 0 ? gap == 0 : gap >= 8 && gap <= 16) << gap;
            EXPECT_EQ(static_cast<std::int64_t>(std::lround(100 * wave[at]) - 1) / 10, target[d]);
            at += 10;
        }
        EXPECT_EQ(at, wave.size());
    }
    EXPECT_EQ(lengths, (std::set<std::size_t>{1, 2, 3}));
    const LabelledRecordings fewer = join_digits(digits, from, options, 5, 8000, 3, 1);
    EXPECT_EQ(fewer.samples[4], strings.samples[4]);
    EXPECT_NE(join_digits(digits, from, options, 5, 8000, 4, 1).targets, fewer.targets);
}

}  // namespace
}  // namespace hpnas
