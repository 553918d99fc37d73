#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "hpnas/core/error.hpp"
#include "hpnas/h5/file.hpp"
#include "hpnas/latency/table_file.hpp"

namespace hpnas {
namespace {

class TableFile : public testing::Test {
protected:
    void TearDown() override { std::filesystem::remove(path_); }
    std::string bytes() const {
        std::ifstream file(path_, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    static LatencyTable example() {
        LatencyTable table(TableConditions{.device = "D, 2 cores",
                                           .batch = 4,
                                           .threads = 2,
                                           .precision = "fp16",
                                           .libraries = "x 1",
                                           .date = "2026-11-20"});
        table.set({"conv k=3", {32, 32, 16}},
                  {.median_ms = 0.1, .min_ms = 0.09, .p90_ms = 0.2, .mean_ms = 0.12, .std_ms = 0.01, .count = 7});
        table.set({"head", {128}}, {.median_ms = 1, .min_ms = 1, .p90_ms = 1, .mean_ms = 1, .std_ms = 0, .count = 1});
        return table;
    }
    std::string path_ =
        testing::TempDir() + "hpnas_table_" + testing::UnitTest::GetInstance()->current_test_info()->name() + ".h5";
};

TEST_F(TableFile, RoundTripKeepsEverything) {
    LatencyTable table = example();
    table.calibration = Calibration{.offset_ms = -0.05, .slope = 1.1, .count = 40, .kind = "linear"};
    save_table(table, path_);
    const LatencyTable back = load_table(path_);
    EXPECT_EQ(to_csv(back), to_csv(table));  // conditions and every number, exactly
    ASSERT_TRUE(back.calibration.has_value());
    EXPECT_EQ(back.calibration->offset_ms, -0.05);
    EXPECT_EQ(back.calibration->slope, 1.1);
    EXPECT_EQ(back.calibration->count, 40);
    EXPECT_EQ(back.calibration->kind, "linear");
}

TEST_F(TableFile, AnAbsentCalibrationStaysAbsent) {
    save_table(example(), path_);
    EXPECT_FALSE(load_table(path_).calibration.has_value());
}

TEST_F(TableFile, AnEmptyTableIsATable) {
    save_table(LatencyTable(), path_);
    EXPECT_EQ(load_table(path_).size(), 0U);
}

TEST_F(TableFile, EqualTablesGiveEqualBytes) {
    save_table(example(), path_);
    const std::string first = bytes();
    save_table(example(), path_);
    EXPECT_EQ(bytes(), first);
}

TEST_F(TableFile, ReplacesAndExtends) {
    save_table(example(), path_);
    LatencyTable table = load_table(path_);
    table.set({"head", {256}}, {.median_ms = 2, .count = 1});
    save_table(table, path_);
    EXPECT_EQ(load_table(path_).size(), 3U);
}

TEST_F(TableFile, ColumnsCarryUnits) {
    save_table(example(), path_);
    const h5::File file = h5::File::open(path_);
    EXPECT_EQ(file.root().dataset("latency_table/median_ms").text("units"), "ms");
    EXPECT_EQ(file.root().dataset("latency_table/input_shape").sizes(), (std::vector<std::uint64_t>{2, 6}));
}

TEST_F(TableFile, MissingForeignAndDamagedFilesAreSaid) {
    EXPECT_THROW(load_table(path_), StoreError);
    std::ofstream(path_) << "no HDF5";
    EXPECT_THROW(load_table(path_), StoreError);
    h5::publish(path_, [](h5::File& file) { file.root().create_group("something"); });
    EXPECT_THROW(load_table(path_), StoreError);
    save_table(example(), path_);
    std::filesystem::resize_file(path_, std::filesystem::file_size(path_) / 2);
    EXPECT_THROW(load_table(path_), StoreError);
    EXPECT_THROW(save_table(example(), "/proc/nowhere/t.h5"), StoreError);
}

TEST_F(TableFile, ATimeThatIsNoneIsRefusedByRow) {
    h5::publish(path_, [](h5::File& file) {
        h5::Group group = file.root().create_group("latency_table");
        for (const char* name : {"device", "precision", "libraries", "date"}) group.set(name, "x");
        for (const char* name : {"schema_version", "batch", "threads", "calibration_count"})
            group.set(name, std::int64_t{1});
        group.set("calibration_kind", "absent");
        group.set("calibration_offset_ms", 0.0);
        group.set("calibration_slope", 1.0);
        group.write_texts("block", std::vector<std::string>{"conv"});
        const std::vector<std::int64_t> shape{8, 8, 3, 0, 0, 0}, one{1};
        const std::vector<std::uint64_t> sizes{1, 6};
        group.write<std::int64_t>("input_shape", shape, sizes);
        group.write<std::int64_t>("count", one);
        const std::vector<double> zero{0};
        for (const char* name : {"median_ms", "min_ms", "p90_ms", "mean_ms", "std_ms"}) group.write<double>(name, zero);
    });
    try {
        load_table(path_);
        FAIL() << "a time of 0 ms was accepted";
    } catch (const StoreError& error) {
        EXPECT_NE(std::string(error.what()).find("row 0"), std::string::npos) << error.what();
    }
}

}  // namespace
}  // namespace hpnas
