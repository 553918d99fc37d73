#include <gtest/gtest.h>

#include "data/messages.hpp"
#include "hpnas/data/packed_file.hpp"

namespace hpnas {
namespace {

RecordingParts toy() {
    RecordingParts parts;
    parts.sequences = true;
    parts.train.classes = parts.validation.classes = parts.test.classes = {"a", "b"};
    parts.train.rate = parts.test.rate = 8000;
    parts.train.source = "s";
    parts.train.append({0.5F, -0.25F, 1.0F}, {0, 1, 1}, "one");
    parts.train.append(std::vector<float>(800, 0.125F), {1}, "two");
    parts.test.append({-1.0F}, {0}, "three");
    return parts;
}

// 16 bits: multiples of 2^-15 are exact, and 1 becomes the largest number below it.
TEST(PackedRecordings, ComeBackWithSixteenBits) {
    test::Folder folder;
    write_packed(toy(), folder / "p.h5");
    const RecordingParts back = read_packed_recordings(folder / "p.h5", 8000, false);
    EXPECT_TRUE(back.sequences);
    EXPECT_EQ(back.train.samples[0], (std::vector<float>{0.5F, -0.25F, 32767.0F / 32768.0F}));
    EXPECT_EQ(back.train.targets, toy().train.targets);
    EXPECT_EQ(back.train.names, toy().train.names);
    EXPECT_EQ(back.test.samples[0], (std::vector<float>{-1.0F}));
    EXPECT_EQ(back.validation.classes, toy().train.classes);
}

TEST(PackedRecordings, AnotherRateIsAnErrorUnlessAllowed) {
    test::Folder folder;
    write_packed(toy(), folder / "p.h5");
    EXPECT_NE(test::message([&] {
                  read_packed_recordings(folder / "p.h5", 16000, false);
              }).find("p.h5: expected 16000 Hz, got 8000 Hz; set resample: true"),
              std::string::npos);
    const RecordingParts back = read_packed_recordings(folder / "p.h5", 16000, true);
    EXPECT_EQ(back.train.samples[1].size(), 1600U);
    EXPECT_EQ(back.train.rate, 16000);
}

}  // namespace
}  // namespace hpnas
