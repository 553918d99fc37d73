#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/core/error.hpp"
#include "hpnas/config/csv_table.hpp"

namespace hpnas {
namespace {

template <class Error = DataError>
std::string message(const auto& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

std::string parse_message(const std::string& text) {
    return message([&] { CsvTable::parse(text, "t.csv"); });
}

TEST(CsvTable, ReadsPlainAndQuotedCells) {
    const CsvTable table =
        CsvTable::parse("\"arch\", acc ,note\r\n00012,1.5,\"a, \"\"b\"\"\nc\"\n\n\"7\",-2e3,\n", "t.csv");
    ASSERT_EQ(table.rows(), 2U);
    EXPECT_EQ(table.header(), (std::vector<std::string>{"arch", "acc", "note"}));
    EXPECT_EQ(table.cell(0, 0), "00012");
    EXPECT_EQ(table.cell(0, 2), "a, \"b\"\nc");
    EXPECT_EQ(table.number(0, 1), 1.5);
    EXPECT_EQ(table.number(1, table.column("acc")), -2000.0);
    EXPECT_TRUE(std::isnan(table.number(1, 2)));
    EXPECT_EQ(table.where(1, 1), "t.csv:5:2 (acc)");  // the quoted cell has a line end, then comes an empty line
}

TEST(CsvTable, TheLastLineNeedsNoEndAndAByteOrderMarkIsSkipped) {
    const CsvTable table = CsvTable::parse(
        "\xEF\xBB\xBF"
        "a,b\n1,2",
        "t.csv");
    EXPECT_EQ(table.column("a"), 0U);
    EXPECT_EQ(table.number(0, 1), 2.0);
}

TEST(CsvTable, MistakesHaveFileLineAndColumn) {
    EXPECT_EQ(parse_message("a,b\n1,2\n3\n"), "t.csv:3:2: expected 2 cells, got 1");
    EXPECT_EQ(parse_message("a,b\n1,2,3\n"), "t.csv:2:3: expected 2 cells, got 3");
    EXPECT_EQ(parse_message("a,b\n1,\"x\n"), "t.csv:2:2: the quote is not closed");
    EXPECT_EQ(parse_message("a,b\n1,\"x\"y\n"), "t.csv:2:2: expected a comma or a line end behind the quote, got 'y'");
    EXPECT_EQ(parse_message("a,a\n"), "t.csv:1:2: the column 'a' is there twice");
    EXPECT_EQ(parse_message("\n"), "t.csv:1:1: expected a header with the columns' names, got nothing");
    const CsvTable table = CsvTable::parse("a,b\n1,two\n1,inf\n", "t.csv");
    EXPECT_EQ(message([&] { table.number(0, 1); }), "t.csv:2:2 (b): expected a number, got 'two'");
    EXPECT_EQ(message([&] { table.number(1, 1); }), "t.csv:3:2 (b): expected a number, got 'inf'");
    EXPECT_EQ(message<ConfigError>([&] { table.column("c"); }), "t.csv: has no column 'c'; it has a, b");
}

TEST(CsvTable, MissingFileIsMissingInput) {
    try {
        CsvTable::load("/nowhere/at/all.csv");
        FAIL();
    } catch (const DataError& error) {
        EXPECT_EQ(error.exit_code(), ExitCode::no_input);
        EXPECT_STREQ(error.what(), "/nowhere/at/all.csv: cannot be read");
    }
}

}  // namespace
}  // namespace hpnas
