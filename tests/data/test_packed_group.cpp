#include <gtest/gtest.h>

#include "data/messages.hpp"
#include "data/packed_group.hpp"

namespace hpnas {
namespace {

void write(const std::string& path, const std::function<void(h5::Group&)>& fill) {
    h5::File file = h5::File::create(path);
    h5::Group root = file.root();
    fill(root);
}

std::string refused(const std::string& path, std::string_view kind = "texts") {
    return test::message([&] { open_packed(h5::File::open(path), kind); });
}

TEST(PackedGroup, HeadIsChecked) {
    test::Folder folder;
    const std::string path = folder / "p.h5";
    write(path, [](h5::Group& root) { write_head(root, "images", {"a"}, "s"); });
    EXPECT_NO_THROW(open_packed(h5::File::open(path), "images"));
    EXPECT_NO_THROW(open_packed(h5::File::open(path), ""));
    EXPECT_NE(refused(path).find("p.h5: expected packed texts, got images"), std::string::npos);
    write(path, [](h5::Group& root) { root.set("other", "x"); });
    EXPECT_NE(refused(path).find("expected a file that `hpnas data pack` made"), std::string::npos);
    write(path, [](h5::Group& root) {
        write_head(root, "texts", {"a"}, "s");
        root.set("version", std::int64_t{9});
    });
    EXPECT_NE(refused(path).find("expected version 1 of the format, got 9"), std::string::npos);
}

TEST(PackedGroup, StringsOfAnyLengthComeBack) {
    test::Folder folder;
    const std::vector<std::string> strings{"", "abc", std::string("a\0b", 3), ""};
    write(folder / "p.h5", [&](h5::Group& root) { write_strings(root, "s", strings); });
    EXPECT_EQ(read_strings(h5::File::open(folder / "p.h5").root(), "s"), strings);
}

TEST(PackedGroup, ColumnsThatContradictEachOtherAreRefused) {
    test::Folder folder;
    write(folder / "p.h5", [](h5::Group& root) {
        root.write("labels", std::span<const std::int64_t>(std::vector<std::int64_t>{0, 1, 2}));
        root.write("begins", std::span<const std::int64_t>(std::vector<std::int64_t>{0, 5, 3}));
    });
    const h5::Group root = h5::File::open(folder / "p.h5").root();
    EXPECT_EQ(read_labels(root, "labels", 3).size(), 3U);
    EXPECT_NE(test::message([&] {
                  read_labels(root, "labels", 2);
              }).find("labels: record 2: expected a label in [0, 1], got 2"),
              std::string::npos);
    EXPECT_NE(test::message([&] { read_begins(root, "begins", 3); }).find("expected ascending numbers from 0 to 3"),
              std::string::npos);
    test::message([&] { check_count(root, "texts", 3, 2); });
}

}  // namespace
}  // namespace hpnas
