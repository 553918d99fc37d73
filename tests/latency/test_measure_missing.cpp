#include <gtest/gtest.h>

#include "hpnas/latency/measure_missing.hpp"

namespace hpnas {
namespace {

constexpr TimingOptions quick{.warmup_ms = 0, .min_sample_ms = 0.05, .samples = 3, .max_ms = 1000};

TEST(MeasureMissing, BlocksAreTimedAsInsideANetwork) {
    EXPECT_EQ(block_timing_options(quick, 4).cache, CacheState::in_network);
    EXPECT_EQ(block_timing_options(quick, 4).batch, 4);
    EXPECT_EQ(block_timing_options(quick, 4).timing.samples, quick.samples);
    EXPECT_DOUBLE_EQ(block_timing_options({.warmup_ms = 10}, 1).timing.warmup_ms, 1);
}

}  // namespace
}  // namespace hpnas
