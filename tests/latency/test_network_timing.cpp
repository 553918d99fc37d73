#include <gtest/gtest.h>

#include <new>

#include "hpnas/latency/network_timing.hpp"
#include "latency/device.hpp"
#include "latency/networks.hpp"

namespace hpnas {
namespace {

constexpr TimingOptions quick{.warmup_ms = 0, .min_sample_ms = 0.05, .samples = 4, .max_ms = 1000};

TEST(NetworkTiming, TimesAWholeNetworkInBothCacheStates) {
    test::OwnDevice own;
    const Network network = test::chain({16, 24});
    for (const CacheState cache : {CacheState::hot, CacheState::in_network}) {
        const Timing t = time_network(network, own.device, {.timing = quick, .batch = 2, .cache = cache});
        EXPECT_GT(t.min_ms, 0);
        EXPECT_LE(t.min_ms, t.median_ms);
        EXPECT_LE(t.median_ms, t.p90_ms);
        EXPECT_EQ(t.count, 4);
    }
}

TEST(NetworkTiming, ANetworkThatDoesNotFitIsABadAlloc) {
    kernel::Engine engine;
    Arena arena(4096);
    const Device device{engine, arena};
    EXPECT_THROW(time_network(test::chain({16}), device, {.timing = quick}), std::bad_alloc);
}

TEST(NetworkTiming, TheProcessorHasANameAndCores) {
    const std::string text = describe_cpu();
    EXPECT_NE(text.find(" core"), std::string::npos) << text;
    EXPECT_EQ(text, describe_cpu());
}

}  // namespace
}  // namespace hpnas
