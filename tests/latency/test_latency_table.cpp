#include <gtest/gtest.h>

#include <limits>

#include "hpnas/core/error.hpp"
#include "hpnas/latency/latency_table.hpp"
#include "latency/networks.hpp"

namespace hpnas {
namespace {

Timing timing(double ms, std::int64_t count = 5) {
    return {.median_ms = ms, .min_ms = ms, .p90_ms = ms, .mean_ms = ms, .std_ms = 0, .count = count};
}

const TableKey key_a{"conv k=3", {32, 32, 16}}, key_b{"conv k=3", {16, 16, 16}};

TEST(LatencyTable, KeysDifferByBlockAndByShape) {
    EXPECT_LT(key_b, key_a);
    EXPECT_FALSE(key_a < key_b);
    EXPECT_LT(key_a, (TableKey{"conv k=5", {1, 1, 1}}));
    EXPECT_EQ(to_string(key_a), "conv k=3 on [32, 32, 16]");
}

TEST(LatencyTable, TheKeyOfABlockHoldsTheShapeThatReachesIt) {
    const Network network = test::chain({16, 24});
    const TableKey key = table_key(network, network.blocks()[1]);
    EXPECT_EQ(key.block, "conv k=3 out=24");
    EXPECT_EQ(key.input, (Shape{8, 8, 16}));
}

TEST(LatencyTable, FindsWhatWasSetAndNothingElse) {
    LatencyTable table;
    table.set(key_a, timing(0.5));
    ASSERT_NE(table.find(key_a), nullptr);
    EXPECT_DOUBLE_EQ(table.find(key_a)->median_ms, 0.5);
    EXPECT_EQ(table.find(key_b), nullptr);
    table.set(key_a, timing(0.6));
    EXPECT_EQ(table.size(), 1U);
    EXPECT_DOUBLE_EQ(table.find(key_a)->median_ms, 0.6);
}

TEST(LatencyTable, RefusesTimesThatAreNone) {
    LatencyTable table;
    for (const double bad :
         {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
        EXPECT_THROW(table.set(key_a, timing(bad)), InternalError) << bad;
    EXPECT_THROW(table.set(key_a, timing(1, 0)), InternalError);
}

TEST(LatencyTable, ConditionsNameTheFirstDifference) {
    const TableConditions here{.device = "A", .batch = 1, .threads = 2};
    EXPECT_EQ(here.conflict(here), "");
    TableConditions there = here;
    there.libraries = "another version";
    EXPECT_EQ(here.conflict(there), "");
    there.threads = 4;
    EXPECT_EQ(here.conflict(there), "threads: '2' against '4'");
    there.device = "B";
    EXPECT_EQ(here.conflict(there), "device: 'A' against 'B'");
}

TEST(LatencyTable, MergeKeepsTheTimeOfMoreSamples) {
    LatencyTable table, other;
    table.set(key_a, timing(1, 10));
    other.set(key_a, timing(2, 10));  // a tie: the present one stays
    other.set(key_b, timing(3, 1));
    table.merge(other);
    EXPECT_DOUBLE_EQ(table.find(key_a)->median_ms, 1);
    EXPECT_DOUBLE_EQ(table.find(key_b)->median_ms, 3);
    other.set(key_a, timing(2, 11));
    table.merge(other);
    EXPECT_DOUBLE_EQ(table.find(key_a)->median_ms, 2);
}

TEST(LatencyTable, MergeRefusesOtherConditionsUnlessForced) {
    LatencyTable table(TableConditions{.device = "A"});
    LatencyTable other(TableConditions{.device = "B"});
    other.set(key_b, timing(3));
    EXPECT_THROW(table.merge(other), StoreError);
    EXPECT_EQ(table.size(), 0U);
    table.merge(other, true);
    EXPECT_EQ(table.size(), 1U);
    EXPECT_EQ(table.conditions().device, "A");
}

TEST(LatencyTable, MergeDropsACalibrationThatNoLongerFits) {
    LatencyTable table, other;
    table.set(key_a, timing(1));
    table.calibration = Calibration{.offset_ms = 0.1, .slope = 1, .count = 9, .kind = "offset"};
    table.merge(other);
    EXPECT_TRUE(table.calibration.has_value());
    other.set(key_b, timing(1));
    table.merge(other);
    EXPECT_FALSE(table.calibration.has_value());
    other.calibration = Calibration{.offset_ms = 0.2, .slope = 1, .count = 9, .kind = "offset"};
    table.merge(other);
    ASSERT_TRUE(table.calibration.has_value());
    EXPECT_DOUBLE_EQ(table.calibration->offset_ms, 0.2);
}

}  // namespace
}  // namespace hpnas
