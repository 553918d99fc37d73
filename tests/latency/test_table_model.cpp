#include <gtest/gtest.h>
#include <omp.h>

#include <filesystem>

#include "hpnas/core/error.hpp"
#include "hpnas/latency/network_timing.hpp"
#include "hpnas/latency/table_file.hpp"
#include "hpnas/latency/table_model.hpp"
#include "latency/device.hpp"
#include "latency/networks.hpp"

namespace hpnas {
namespace {

Timing timing(double ms) {
    return {.median_ms = ms, .min_ms = ms, .p90_ms = ms, .mean_ms = ms, .std_ms = 0, .count = 5};
}

/// Times by hand for chain({16, 24}): 0.5 + 0.25 + 0.125 ms.
LatencyTable hand_table() {
    LatencyTable table;
    table.set({"conv k=3 out=16", {8, 8, 3}}, timing(0.5));
    table.set({"conv k=3 out=24", {8, 8, 16}}, timing(0.25));
    table.set({"head classes=10", {8, 8, 24}}, timing(0.125));
    return table;
}

TEST(TableModel, AddsUpTheBlocks) {
    TableModel model(hand_table(), {}, {});
    EXPECT_DOUBLE_EQ(model.predict(test::chain({16, 24})).count(), 0.875);
}

TEST(TableModel, AppliesTheCalibration) {
    LatencyTable table = hand_table();
    table.calibration = Calibration{.offset_ms = 0.1, .slope = 2, .count = 9, .kind = "linear"};
    TableModel model(table, {}, {});
    const Network network = test::chain({16, 24});
    EXPECT_DOUBLE_EQ(model.predict(network).count(), 1.85);
    EXPECT_DOUBLE_EQ(model.sum_ms(network), 0.875);
    double parts = 0;
    for (const Block& block : network.blocks()) parts += model.sum_ms(network.extract(block));
    EXPECT_DOUBLE_EQ(model.calibrated_ms(parts), 1.85);
}

TEST(TableModel, AMissingKeyIsRefusedByName) {
    TableModel model(hand_table(), {.path = "t.h5"}, {});
    try {
        model.predict(test::chain({16, 32}));
        FAIL() << "predicted without an entry";
    } catch (const StoreError& error) {
        EXPECT_NE(std::string(error.what()).find("latency table 't.h5': no entry for conv k=3 out=32 on [8, 8, 16]"),
                  std::string::npos)
            << error.what();
        EXPECT_NE(std::string(error.what()).find("set latency.missing: measure"), std::string::npos) << error.what();
    }
}

TEST(TableModel, AMissingKeyIsMeasuredWhereAllowedAndKept) {
    test::OwnDevice own;
    TableModel model(hand_table(), {.missing = "measure", .timing = {.warmup_ms = 0, .samples = 3}},
                     {.device = &own.device});
    EXPECT_GT(model.predict(test::chain({16, 32})).count(), 0.5);  // the known first block alone
    EXPECT_EQ(model.table().size(), 5U);
    EXPECT_GT(model.table().find({"conv k=3 out=32", {8, 8, 16}})->median_ms, 0);
}

TEST(TableModel, AnOperatorOutsideAllBlocksIsRefused) {
    NetworkBuilder builder;
    const NodeId image = builder.input("image", {8, 8, 3});
    builder.push_scope("block");
    builder.begin_block("conv k=3 out=16");
    const NodeId conv = builder.add("conv", make_conv2d({.out = 16, .kernel = 3}), image);
    builder.end_block();
    builder.pop_scope();
    const NodeId pool = builder.add("stray_pool", make_global_average_pool(), conv);
    const Network network = std::move(builder).finish({pool});
    TableModel model(hand_table(), {}, {});
    EXPECT_THROW(model.predict(network), StoreError);
}

TEST(TableModel, AMissingFileIsRefusedUnlessItMayMeasure) {
    EXPECT_THROW(TableModel({.path = "/nonexistent/t.h5"}, {}), StoreError);
    const TableModel model({.path = "/nonexistent/t.h5", .missing = "measure", .batch = 2}, {.libraries = "x"});
    EXPECT_EQ(model.table().conditions().device, describe_cpu());
    EXPECT_EQ(model.table().conditions().threads, omp_get_max_threads());
    EXPECT_EQ(model.table().conditions().batch, 2);
    EXPECT_EQ(model.table().conditions().libraries, "x");
}

/// What the constructor says that refuses these options.
std::string refusal(const TableModelOptions& options) {
    try {
        TableModel(options, {});
    } catch (const StoreError& error) {
        return error.what();
    }
    return "nothing";
}

TEST(TableModel, RefusalsNameTheKeysToSet) {
    EXPECT_NE(refusal({.path = "/nonexistent/t.h5"}).find("set latency.missing: measure"), std::string::npos);
    const std::string file = ::testing::TempDir() + "hpnas_other_device.h5";
    save_table(LatencyTable({.device = "another processor"}), file);
    EXPECT_NE(refusal({.path = file}).find("set latency.force: true"), std::string::npos) << refusal({.path = file});
    EXPECT_EQ(refusal({.path = file, .force = true}), "nothing");
    std::filesystem::remove(file);
}

TEST(TableModel, CalibrationWithoutADeviceIsAnError) {
    TableModel model(hand_table(), {}, {});
    const std::vector<Network> networks{test::chain({16, 24})};
    EXPECT_THROW(model.calibrate(networks, "offset"), ConfigError);
}

TEST(TableModel, CalibratesOnWholeNetworks) {
    test::OwnDevice own;
    TableModel model(hand_table(), {.timing = {.warmup_ms = 0, .samples = 3}}, {.device = &own.device});
    const Network network = test::chain({16, 24});
    model.calibrate(std::vector<Network>{network}, "offset");
    ASSERT_TRUE(model.table().calibration.has_value());
    // One network: the measured time is 0.875 + offset > 0, whatever this machine's speed.
    EXPECT_GT(0.875 + model.table().calibration->offset_ms, 0);
    EXPECT_EQ(model.table().calibration->count, 1);
}

}  // namespace
}  // namespace hpnas
