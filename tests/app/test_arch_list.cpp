#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "eval/tiny.hpp"
#include "hpnas/app/arch_list.hpp"
#include "hpnas/config/csv_table.hpp"

namespace hpnas {
namespace {

class ArchListTest : public testing::Test {
protected:
    std::string write(const std::string& name, const std::string& text) {
        const auto path = std::filesystem::path(testing::TempDir()) / name;
        std::ofstream(path) << text;
        return path.string();
    }
    std::string error(const std::string& path, const std::string& column = "") {
        try {
            read_arch_list(path, column, space_);
        } catch (const Error& e) {
            return e.what();
        }
        return "";
    }
    test::WidthSpace space_;
};

TEST_F(ArchListTest, ReadsLinesAndKeepsEachNetworkOnce) {
    const ArchList list = read_arch_list(write("archs.txt", "# widths\n2\n\n 0 \n2\r\n"), "", space_);
    EXPECT_EQ(list.text, (std::vector<std::string>{"2", "0", "2"}));
    EXPECT_EQ(list.lines, (std::vector<std::size_t>{2, 4, 5}));
    EXPECT_EQ(list.network, (std::vector<std::size_t>{0, 1, 0}));
    EXPECT_EQ(list.encodings, (std::vector<Encoding>{{2}, {0}}));
}

TEST_F(ArchListTest, ReadsAColumnOfCsv) {
    const std::string path = write("archs.csv", "name,arch\n\"a, b\",1\nc,2\n");
    EXPECT_EQ(read_arch_list(path, "", space_).text, (std::vector<std::string>{"1", "2"}));
    EXPECT_NE(error(path, "width").find("archs.csv: has no column 'width'; it has name, arch"), std::string::npos);
    EXPECT_NE(error(write("short.csv", "name,arch\nx\n")).find("short.csv:2:2: expected 2 cells, got 1"),
              std::string::npos);
    const ArchList odd = read_arch_list(write("odd.csv",
                                              "\xEF\xBB\xBF"
                                              "arch,note\n1,\"two\nlines\"\n2,x\n"),
                                        "", space_);
    EXPECT_EQ(odd.text, (std::vector<std::string>{"1", "2"}));
    EXPECT_EQ(odd.lines, (std::vector<std::size_t>{2, 4}));
}

TEST_F(ArchListTest, NamesFileAndLineOfEveryMistake) {
    const std::string text = error(write("bad.txt", "1\n7\nx\n"));
    EXPECT_NE(text.find("2 of 3 lines"), std::string::npos) << text;
    EXPECT_NE(text.find("bad.txt:2: "), std::string::npos) << text;
    EXPECT_NE(text.find("bad.txt:3: "), std::string::npos) << text;
    EXPECT_NE(error(write("empty.txt", "\n# nothing\n")).find("holds no architecture"), std::string::npos);
    EXPECT_NE(error("/nowhere.txt").find("cannot be read"), std::string::npos);
    EXPECT_NE(error(testing::TempDir()).find("cannot be read"), std::string::npos);
}

TEST(Csv, QuotesWhatHasTo) {
    EXPECT_EQ(csv_field("plain"), "plain");
    EXPECT_EQ(csv_field("a,\"b\""), "\"a,\"\"b\"\"\"");
    EXPECT_EQ(CsvTable::parse("x,y\n1," + csv_field("a,\"b\""), "test").cell(0, 1), "a,\"b\"");
}

}  // namespace
}  // namespace hpnas
