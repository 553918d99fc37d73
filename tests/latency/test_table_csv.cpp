#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "hpnas/core/error.hpp"
#include "hpnas/latency/table_file.hpp"

namespace hpnas {
namespace {

class TableCsv : public testing::Test {
protected:
    std::string write(const std::string& text) {
        std::ofstream(path_) << text;
        return path_;
    }
    std::string error_of(const std::string& text) {
        try {
            import_csv(write(text));
        } catch (const DataError& error) {
            return error.what();
        }
        return "no error";
    }
    void TearDown() override { std::filesystem::remove(path_); }
    std::string path_ =
        testing::TempDir() + "hpnas_table_" + testing::UnitTest::GetInstance()->current_test_info()->name() + ".csv";
};

TEST_F(TableCsv, RoundTripKeepsEverything) {
    LatencyTable table(TableConditions{.device = "some, GPU",
                                       .batch = 2,
                                       .threads = 3,
                                       .precision = "fp16",
                                       .libraries = "x 1",
                                       .date = "2026-11-20"});
    const Timing timing{.median_ms = 0.1, .min_ms = 0.09, .p90_ms = 0.2, .mean_ms = 0.12, .std_ms = 0.01, .count = 7};
    table.set({"irb k=3, \"odd\"", {32, 16, 24}}, timing);
    table.set({"head", {128}}, timing);
    export_csv(table, path_);
    const LatencyTable back = import_csv(path_);
    EXPECT_EQ(back.conditions().conflict(table.conditions()), "");
    EXPECT_EQ(back.conditions().libraries, "x 1");
    EXPECT_EQ(back.conditions().date, "2026-11-20");
    ASSERT_EQ(back.size(), 2U);
    const Timing* t = back.find({"irb k=3, \"odd\"", {32, 16, 24}});
    ASSERT_NE(t, nullptr);
    EXPECT_EQ(t->median_ms, 0.1);  // shortest decimal form that reads back exactly
    EXPECT_EQ(t->min_ms, 0.09);
    EXPECT_EQ(t->p90_ms, 0.2);
    EXPECT_EQ(t->mean_ms, 0.12);
    EXPECT_EQ(t->std_ms, 0.01);
    EXPECT_EQ(t->count, 7);
}

TEST_F(TableCsv, NeedsThreeColumnsInAnyOrder) {
    const LatencyTable table = import_csv(write("# made by hand\r\nmedian_ms, input ,block\r\n\r\n0.5,8x8x3,conv\r\n"));
    const Timing* t = table.find({"conv", {8, 8, 3}});
    ASSERT_NE(t, nullptr);
    EXPECT_EQ(t->median_ms, 0.5);
    EXPECT_EQ(t->min_ms, 0.5);
    EXPECT_EQ(t->std_ms, 0);
    EXPECT_EQ(t->count, 1);
}

TEST_F(TableCsv, EveryBadLineIsNamed) {
    const std::string message = error_of(
        "block,input,median_ms,count\n"
        "a,8x8x3,0.5,1\n"
        "a,8x0x3,0.5,1\n"
        "a,8x8x4,-1,1\n"
        "a,8x8x5,0.5,none\n"
        "a,8x8x3,0.6,1\n"
        "a,8x8x6\n");
    EXPECT_NE(message.find(path_ + ":3: input: expected sizes such as 32x32x24, got '8x0x3'"), std::string::npos)
        << message;
    EXPECT_NE(message.find(":4: median_ms: expected a time in ms, got '-1'"), std::string::npos) << message;
    EXPECT_NE(message.find(":5: count: expected an integer >= 1, got 'none'"), std::string::npos) << message;
    EXPECT_NE(message.find(":6: a on [8, 8, 3]: given twice"), std::string::npos) << message;
    EXPECT_NE(message.find(":7: expected 4 columns, got 2"), std::string::npos) << message;
    EXPECT_EQ(message.find(":2:"), std::string::npos) << message;
}

TEST_F(TableCsv, AMissingOrZeroTimeIsRefused) {
    EXPECT_NE(error_of("block,input,median_ms\na,8x8x3,0\n").find(":2: median_ms: expected a time > 0"),
              std::string::npos);
    EXPECT_NE(error_of("block,input,median_ms\na,8x8x3,\n").find(":2: median_ms: expected a time > 0"),
              std::string::npos);
}

TEST_F(TableCsv, AMissingColumnFileOrHeaderIsSaid) {
    EXPECT_NE(error_of("# device: x\nblock,input,median_ms\n").find(".csv: expected a row for each block"), std::string::npos);
    EXPECT_NE(error_of("block,input,ms\n").find(":1: header: missing column 'median_ms'"), std::string::npos);
    EXPECT_NE(error_of("").find("expected a header line"), std::string::npos);
    EXPECT_NE(
        error_of("# batch: many\nblock,input,median_ms\n").find(":1: batch: expected an integer >= 1, got 'many'"),
        std::string::npos);
    EXPECT_THROW(import_csv("/nonexistent/table.csv"), DataError);
    EXPECT_THROW(export_csv(LatencyTable(), "/nonexistent/table.csv"), StoreError);
}

}  // namespace
}  // namespace hpnas
