#include <gtest/gtest.h>

#include <array>

#include "data/messages.hpp"
#include "hpnas/data/labelled_files.hpp"

namespace hpnas {
namespace {

constexpr std::array<std::string_view, 2> endings{".png", ".jpg"};

std::vector<std::string> labels(const std::vector<LabelledFile>& files) {
    std::vector<std::string> result;
    for (const LabelledFile& file : files) result.push_back(file.label);
    return result;
}

TEST(LabelledFiles, ClassesAreSubFolders) {
    test::Folder folder;
    for (const char* file : {"cat/2.PNG", "cat/1.jpg", "ant/a.jpg", "cat/notes.txt", ".hidden/x.jpg", "top.jpg"})
        test::write_file(folder / file, "");
    const FileParts parts = list_files(folder.path(), endings);
    EXPECT_EQ(labels(parts.train), (std::vector<std::string>{"ant", "cat", "cat"}));
    EXPECT_EQ(parts.train[1].path, folder / "cat/1.jpg");
    EXPECT_TRUE(parts.test.empty());
    ASSERT_EQ(parts.notes.size(), 1U);
    EXPECT_NE(parts.notes[0].find("1 files are of another kind and were left out, the first: "), std::string::npos);
}

TEST(LabelledFiles, PartsAreFoldersOfTheirNames) {
    test::Folder folder;
    for (const char* file : {"train/a/1.png", "train/b/1.png", "val/a/2.png", "test/b/3.png"})
        test::write_file(folder / file, "");
    const FileParts parts = list_files(folder.path(), endings);
    EXPECT_EQ(labels(parts.train), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(labels(parts.validation), (std::vector<std::string>{"a"}));
    EXPECT_EQ(labels(parts.test), (std::vector<std::string>{"b"}));
}

TEST(LabelledFiles, CsvListsFilesRelativeToItself) {
    test::Folder folder;
    test::write_file(folder / "list.csv", "file,label,split\nx/1.png,a,train\n2.png,b,test\n");
    const FileParts parts = list_files(folder / "list.csv", endings);
    EXPECT_EQ(parts.train[0].path, folder / "x/1.png");
    EXPECT_EQ(labels(parts.test), (std::vector<std::string>{"b"}));
    EXPECT_NE(test::message([&] {
                  class_of("b", {"a"}, parts.test[0].where);
              }).find("list.csv:3:1 (file): the class 'b' is never seen in training"),
              std::string::npos);
}

TEST(LabelledFiles, UnreadableFilesAreRefusedOrLeftOut) {
    test::Folder folder;
    for (const char* file : {"a/1.png", "a/2.png", "a/3.png"}) test::write_file(folder / file, "");
    FileParts parts = list_files(folder.path(), endings);
    const auto read = [](const LabelledFile& file) {
        if (!file.path.ends_with("1.png")) throw DataError(file.path + ": bad");
    };
    EXPECT_NE(test::message([&] { check_files(parts, read, false); }).find("2.png: bad"), std::string::npos);
    const std::vector<std::string> said = check_files(parts, read, true);
    EXPECT_EQ(said, (std::vector<std::string>{folder / "a/2.png: bad", folder / "a/3.png: bad"}));
    EXPECT_EQ(labels(parts.train), (std::vector<std::string>{"a"}));
}

TEST(LabelledFiles, MistakesAreNamed) {
    test::Folder folder;
    test::message([&] { list_files(folder.path(), endings); }, ExitCode::no_input);
    test::message([&] { list_files(folder / "none.csv", endings); }, ExitCode::no_input);
    test::write_file(folder / "list.csv", "file,label\n1.png,\n");
    EXPECT_NE(
        test::message([&] { list_files(folder / "list.csv", endings); }).find("list.csv:2:2 (label): expected a value"),
        std::string::npos);
    test::write_file(folder / "list.csv", "file,label,split\n1.png,a,dev\n");
    EXPECT_NE(test::message([&] { list_files(folder / "list.csv", endings); }).find("got 'dev'"), std::string::npos);
}

}  // namespace
}  // namespace hpnas
