#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/latency/table_file.hpp"
#include "hpnas/latency/table_model.hpp"
#include "hpnas/latency/table_update.hpp"

namespace hpnas {
namespace {

Timing timing(double ms) {
    return {.median_ms = ms, .min_ms = ms, .p90_ms = ms, .mean_ms = ms, .std_ms = 0, .count = 5};
}

LatencyTable table_of(const std::vector<std::string>& blocks, double ms = 1) {
    LatencyTable table(TableConditions{.device = "D"});
    for (const std::string& block : blocks) table.set({block, {8, 8, 3}}, timing(ms));
    return table;
}

Calibration fit(double offset_ms) { return {.offset_ms = offset_ms, .slope = 1, .count = 3, .kind = "offset"}; }

class TableUpdate : public testing::Test {
protected:
    void SetUp() override { std::filesystem::remove_all(folder_); }
    void TearDown() override { std::filesystem::remove_all(folder_); }
    double median(const std::string& block) const {
        const LatencyTable table = load_table(path_);
        const Timing* found = table.find({block, {8, 8, 3}});
        return found == nullptr ? 0 : found->median_ms;
    }
    std::filesystem::path folder_ = std::filesystem::path(testing::TempDir()) / ("hpnas_" + std::to_string(::getpid()));
    std::string path_ = (folder_ / "table.h5").string();
};

TEST_F(TableUpdate, TwoModelsOfOneFileKeepTheEntriesOfBoth) {
    // Both begin with an empty table, as two runs do that are started at the same time.
    TableModel a(table_of({}), {.path = path_}, {}), b(table_of({}), {.path = path_}, {});
    a.table().set({"a", {8, 8, 3}}, timing(1));
    a.save();
    b.table().set({"b", {8, 8, 3}}, timing(2));
    b.save();
    a.table().set({"c", {8, 8, 3}}, timing(3));
    a.save();
    EXPECT_EQ(load_table(path_).size(), 3U);
    EXPECT_EQ(median("a"), 1);
    EXPECT_EQ(median("b"), 2);
    EXPECT_EQ(median("c"), 3);
    EXPECT_EQ(b.table().size(), 1U);  // what a process computes with does not change under it
}

TEST_F(TableUpdate, ProcessesThatSaveAtTheSameTimeLoseNothing) {
    std::filesystem::create_directories(folder_);
    constexpr int each = 15;
    std::vector<pid_t> children;
    for (const std::string name : {"a", "b", "c"}) {
        children.push_back(::fork());
        if (children.back() != 0) continue;
        int code = 1;
        try {
            for (int i = 0; i < each; ++i) update_table(table_of({name + std::to_string(i)}), path_);
            code = 0;
        } catch (const std::exception&) {
            code = 2;
        }
        ::_exit(code);
    }
    for (const pid_t child : children) {
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    EXPECT_EQ(load_table(path_).size(), 3U * each);
}

TEST_F(TableUpdate, ItsOwnEntryCountsWhereBothHaveOne) {
    update_table(table_of({"a", "b"}, 1), path_);
    update_table(table_of({"b"}, 2), path_);
    EXPECT_EQ(median("a"), 1);
    EXPECT_EQ(median("b"), 2);
}

TEST_F(TableUpdate, TheCalibrationIsOneOfTheEntriesItIsStoredWith) {
    LatencyTable first = table_of({"a"});
    first.calibration = fit(0.5);
    update_table(first, path_);

    update_table(table_of({"a"}), path_);  // nothing new: the fit still holds
    ASSERT_TRUE(load_table(path_).calibration.has_value());
    EXPECT_EQ(load_table(path_).calibration->offset_ms, 0.5);

    update_table(table_of({"b"}), path_);  // b was no part of it
    EXPECT_FALSE(load_table(path_).calibration.has_value());

    first.calibration = fit(0.7);
    update_table(first, path_);  // further entries change no sum of its networks
    EXPECT_EQ(load_table(path_).calibration->offset_ms, 0.7);
    update_table(table_of({"a"}, 2), path_);  // another time for a does
    EXPECT_FALSE(load_table(path_).calibration.has_value());
}

TEST_F(TableUpdate, WhatWasMadeUnderOtherConditionsIsReplaced) {
    update_table(table_of({"a"}), path_);
    LatencyTable other(TableConditions{.device = "E"});
    other.set({"b", {8, 8, 3}}, timing(2));
    update_table(other, path_);
    EXPECT_EQ(load_table(path_).conditions().device, "E");
    EXPECT_EQ(load_table(path_).size(), 1U);
}

TEST_F(TableUpdate, ADamagedFileIsReplaced) {
    std::filesystem::create_directories(folder_);
    std::ofstream(path_) << "no table";
    update_table(table_of({"a"}), path_);
    EXPECT_EQ(load_table(path_).size(), 1U);
}

TEST_F(TableUpdate, AFolderThatCannotBeMadeIsAnError) {
    EXPECT_THROW(update_table(table_of({"a"}), "/proc/no/t.h5"), StoreError);
}

}  // namespace
}  // namespace hpnas
