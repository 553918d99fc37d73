#include <gtest/gtest.h>

#include "data/messages.hpp"
#include "hpnas/data/packed_file.hpp"

namespace hpnas {
namespace {

TEST(PackedFile, IsToldByItsEnding) {
    test::Folder folder;
    EXPECT_TRUE(is_packed(folder / "a.h5"));
    EXPECT_TRUE(is_packed("b.hdf5"));
    EXPECT_FALSE(is_packed("b.csv"));
    std::filesystem::create_directories(folder / "odd.h5");
    EXPECT_FALSE(is_packed(folder / "odd.h5"));
}

TEST(PackedFile, IsSummarised) {
    test::Folder folder;
    RecordingParts parts;
    parts.train.classes = {"a", "b"};
    parts.train.rate = 8000;
    parts.train.source = "folder";
    parts.train.append({0.5F}, {0, 1, 1}, "one");
    parts.train.append({0.5F, 0.5F}, {1}, "two");
    write_packed(parts, folder / "p.h5");
    const PackedSummary summary = summarize_packed(folder / "p.h5");
    EXPECT_EQ(summary.kind, "recordings");
    EXPECT_EQ(summary.source, "folder");
    EXPECT_EQ(summary.classes, (std::vector<std::string>{"a", "b"}));
    ASSERT_EQ(summary.parts.size(), 1U);
    EXPECT_EQ(summary.parts[0].examples, 2);
    EXPECT_EQ(summary.parts[0].per_class, (std::vector<std::int64_t>{1, 3}));
    EXPECT_EQ(summary.facts, (std::vector<std::string>{"8000 samples per second", "train: samples 3"}));
}

}  // namespace
}  // namespace hpnas
