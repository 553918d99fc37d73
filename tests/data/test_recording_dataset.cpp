#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "data/messages.hpp"
#include "hpnas/data/dataset.hpp"
#include "hpnas/data/recording.hpp"

namespace hpnas {
namespace {

SpectrogramTask load(const std::string& yaml) {
    Diagnostics diagnostics;
    const auto dataset = datasets().make(parse_yaml(yaml, "test"), "data", diagnostics);
    diagnostics.throw_if_any();
    return std::get<SpectrogramTask>(dataset->load());
}

/// Two speakers, ten digits, four recordings each.
void write_digits(const test::Folder& folder) {
    for (const char* speaker : {"ann", "bob"})
        for (int digit = 0; digit < 10; ++digit)
            for (int r = 0; r < 4; ++r) {
                Recording wave{std::vector<float>(1000), 8000};
                for (std::size_t i = 0; i < 1000; ++i)
                    wave.samples[i] = static_cast<int>(i) % (digit + 2) == 0 ? 0.5F : 0.0F;
                write_recording(folder / fmt::format("{}_{}_{}.wav", digit, speaker, r), wave);
            }
}

TEST(RecordingDataset, SpokenDigitsAreLoadedByName) {
    test::Folder folder;
    write_digits(folder);
    const SpectrogramTask task = load("{name: spoken_digits, path: " + folder.path() +
                                      ", test_recordings: 1, validation_recordings: 1, held_out_speaker: bob}");
    EXPECT_EQ(task.train.size(), 20);
    EXPECT_EQ(task.validation.size(), 10);
    EXPECT_EQ(task.test.size(), 40);
    EXPECT_EQ(task.mels(), 40);
    EXPECT_FALSE(task.sequences);
}

TEST(RecordingDataset, DigitStringsAreLoadedByName) {
    test::Folder folder;
    write_digits(folder);
    write_recording(folder / "3_ann_9.wav", {std::vector<float>(1000, 0.0F), 8000});
    const SpectrogramTask task = load("{name: digit_strings, path: " + folder.path() +
                                      ", test_recordings: 1, validation_recordings: 1, train_strings: 30, "
                                      "validation_strings: 5, test_strings: 7, least_digits: 1, most_digits: 4}");
    EXPECT_EQ(task.train.size(), 30);
    EXPECT_EQ(task.validation.size(), 5);
    EXPECT_EQ(task.test.size(), 7);
    EXPECT_TRUE(task.sequences);
    EXPECT_EQ(task.tokens, 5);
    EXPECT_EQ(task.vocabulary(), 13);
    EXPECT_NE(task.notes.back().find("1 silent recordings were left out"), std::string::npos);
    test::message([&] { load("{name: digit_strings, path: x, least_digits: 4, most_digits: 3}"); }, ExitCode::config);
}

TEST(RecordingDataset, FoldersAreLoadedByName) {
    test::Folder folder;
    for (int i = 0; i < 8; ++i) {
        std::filesystem::create_directories(folder / (i % 2 == 0 ? "yes" : "no"));
        write_recording(folder / fmt::format("{}/{}.flac.wav", i % 2 == 0 ? "yes" : "no", i),
                        {std::vector<float>(1600, 0.5F), 16000});
    }
    const SpectrogramTask task = load("{name: recordings, path: " + folder.path() + ", validation_examples: 2}");
    EXPECT_EQ(task.train.size(), 6);
    EXPECT_EQ(task.train.set->classes, (std::vector<std::string>{"no", "yes"}));
    EXPECT_EQ(task.mels(), 80);
}

// 3,000 recordings: 6 speakers, 10 digits, 50 each.
TEST(RecordingDataset, FreeSpokenDigitsLoad) {
    const char* folder = std::getenv("HPNAS_DATA_DIR");
    if (folder == nullptr) GTEST_SKIP() << "set HPNAS_DATA_DIR to a folder with fsdd/recordings to run this";
    const SpectrogramTask task = load("{name: spoken_digits, path: " + std::string(folder) + "/fsdd}");
    EXPECT_EQ(task.train.size(), 2400);
    EXPECT_EQ(task.validation.size(), 300);
    EXPECT_EQ(task.test.size(), 300);
    EXPECT_GT(task.frames, 100);  // the longest is above 1 s
}

}  // namespace
}  // namespace hpnas
