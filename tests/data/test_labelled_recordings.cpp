#include <gtest/gtest.h>

#include "data/messages.hpp"
#include "hpnas/data/labelled_recordings.hpp"
#include "hpnas/data/recording.hpp"

namespace hpnas {
namespace {

void write(const std::string& path, std::int64_t n, std::int64_t rate = 8000) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    write_recording(path, {std::vector<float>(static_cast<std::size_t>(n), 0.25F), rate});
}

TEST(LabelledRecordings, SequencesAreWordsOfTheLabel) {
    test::Folder folder;
    write(folder / "1.wav", 10);
    write(folder / "2.wav", 20);
    test::write_file(folder / "list.csv", "file,label\n1.wav,go  stop\n2.wav,stop\n");
    const FileParts files = list_files(folder / "list.csv", recording_endings());
    const RecordingParts parts = read_recordings(files, {.rate = 8000, .sequences = true});
    EXPECT_EQ(parts.train.classes, (std::vector<std::string>{"go", "stop"}));
    EXPECT_EQ(parts.train.targets, (std::vector<std::vector<std::int64_t>>{{0, 1}, {1}}));
    EXPECT_EQ(parts.train.samples[1], std::vector<float>(20, 0.25F));
    EXPECT_EQ(read_recordings(files, {.rate = 8000}).train.classes, (std::vector<std::string>{"go  stop", "stop"}));
}

TEST(LabelledRecordings, ASequenceNamesAClass) {
    test::Folder folder;
    write(folder / "1.wav", 10);
    test::write_file(folder / "list.csv", "file,label\n1.wav,\"  \"\n");
    const FileParts files = list_files(folder / "list.csv", recording_endings());
    EXPECT_NE(test::message([&] {
                  read_recordings(files, {.rate = 8000, .sequences = true});
              }).find("list.csv:2:1 (file): expected classes, got an empty label"),
              std::string::npos);
}

TEST(LabelledRecordings, MistakesNameTheFile) {
    test::Folder folder;
    write(folder / "train/a/1.wav", 10);
    write(folder / "test/b/2.wav", 10, 16000);
    const FileParts files = list_files(folder.path(), recording_endings());
    EXPECT_NE(test::message([&] { read_recordings(files, {.rate = 8000}); }).find("2.wav: the class 'b' is never seen"),
              std::string::npos);
    EXPECT_NE(
        test::message([&] { read_recordings(files, {.rate = 11025}); }).find("1.wav: expected 11025 Hz, got 8000 Hz"),
        std::string::npos);
}

}  // namespace
}  // namespace hpnas
