#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/eval/limits.hpp"

namespace hpnas {
namespace {

TEST(CandidateLimits, ByDefaultNothingIsBound) {
    EXPECT_FALSE(broken_limit({}, 1e9, 1e12, 1e4).has_value());
    EXPECT_FALSE(broken_limit({}, 0, 0, std::nan("")).has_value());
}

TEST(CandidateLimits, NamesTheBoundThatIsBroken) {
    CandidateLimits limits;
    limits.min_params = 1000;
    limits.max_macs = 5e6;
    limits.max_latency_ms = 0.5;
    EXPECT_EQ(broken_limit(limits, 999, 1, 0.1), "params = 999 is below the limit 1000");
    EXPECT_EQ(broken_limit(limits, 1000, 5000001, 0.1), "macs = 5000001 is above the limit 5000000");
    EXPECT_EQ(broken_limit(limits, 1000, 5e6, 0.625), "latency = 0.625 ms is above the limit 0.5");
    EXPECT_FALSE(broken_limit(limits, 1000, 5e6, 0.5).has_value());  // bounds are inclusive
}

TEST(CandidateLimits, AnUnknownLatencyBreaksNoBound) {
    CandidateLimits limits;
    limits.min_latency_ms = 1;
    EXPECT_FALSE(broken_limit(limits, 1, 1, std::nan("")).has_value());
}

}  // namespace
}  // namespace hpnas
