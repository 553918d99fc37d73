#include <gtest/gtest.h>

#include <vector>

#include "hpnas/latency/measure_missing.hpp"
#include "latency/device.hpp"
#include "latency/networks.hpp"

namespace hpnas {
namespace {

constexpr TimingOptions quick{.warmup_ms = 0, .min_sample_ms = 0.05, .samples = 3, .max_ms = 1000};

std::vector<Network> two_chains() { return {test::chain({16, 24}), test::chain({16, 32})}; }

TEST(MeasureMissing, FindsEveryDifferentBlockOnce) {
    const std::vector<BlockTask> tasks = missing_blocks(LatencyTable(), two_chains());
    // first conv shared; two second convs; two heads (24 and 32 channels arrive)
    ASSERT_EQ(tasks.size(), 5U);
    for (std::size_t i = 1; i < tasks.size(); ++i) EXPECT_LT(tasks[i - 1].key, tasks[i].key);
    EXPECT_EQ(tasks[0].network().input_shape(tasks[0].network().blocks()[0]), tasks[0].key.input);
}

TEST(MeasureMissing, SkipsWhatTheTableHas) {
    LatencyTable table;
    table.set({"conv k=3 out=16", {8, 8, 3}}, {.median_ms = 1, .count = 1});
    EXPECT_EQ(missing_blocks(table, two_chains()).size(), 4U);
}

TEST(MeasureMissing, FillsTheTableAndReportsProgress) {
    test::OwnDevice own;
    LatencyTable table;
    const std::vector<BlockTask> tasks = missing_blocks(table, two_chains());
    std::vector<std::size_t> done;
    const auto progress = [&](const MeasureProgress& p) {
        done.push_back(p.done);
        EXPECT_EQ(p.total, 5U);
        return true;
    };
    EXPECT_EQ(measure_missing(table, tasks, own.device, quick, progress), 5U);
    EXPECT_EQ(done, (std::vector<std::size_t>{1, 2, 3, 4, 5}));
    EXPECT_EQ(table.size(), 5U);
    for (const auto& [key, timing] : table.entries()) EXPECT_GT(timing.median_ms, 0) << to_string(key);
    EXPECT_EQ(measure_missing(table, tasks, own.device, quick), 0U);  // nothing is measured twice
}

TEST(MeasureMissing, StoppedKeepsWhatWasMeasured) {
    test::OwnDevice own;
    LatencyTable table;
    const std::vector<BlockTask> tasks = missing_blocks(table, two_chains());
    EXPECT_EQ(measure_missing(table, tasks, own.device, quick, [](const MeasureProgress& p) { return p.done < 2; }),
              2U);
    EXPECT_EQ(table.size(), 2U);
    EXPECT_EQ(measure_missing(table, tasks, own.device, quick), 3U);  // continued
}

TEST(MeasureMissing, BlocksAreTimedAsInsideANetwork) {
    EXPECT_EQ(block_timing_options(quick, 4).cache, CacheState::in_network);
    EXPECT_EQ(block_timing_options(quick, 4).batch, 4);
    EXPECT_EQ(block_timing_options(quick, 4).timing.samples, quick.samples);
    EXPECT_DOUBLE_EQ(block_timing_options({.warmup_ms = 10}, 1).timing.warmup_ms, 1);
}

}  // namespace
}  // namespace hpnas
