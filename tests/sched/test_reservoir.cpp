#include <gtest/gtest.h>

#include <algorithm>

#include "hpnas/core/rng.hpp"
#include "hpnas/sched/reservoir.hpp"

namespace hpnas {
namespace {

/// Random survivors with many equal encodings (20 different ones); an encoding decides its latency.
std::vector<Survivor> random_survivors(std::size_t n) {
    Rng rng(3, Purpose::test);
    std::vector<Survivor> all;
    for (std::uint64_t i = 0; i < n; ++i) {
        const auto which = static_cast<std::int16_t>(rng.below(20));
        all.push_back({{which}, 0.5 + which * 0.5, rng.below(1000), i});  // keys repeat as well
    }
    return all;
}

/// Slow reference: sort all, drop repeated encodings, cut.
std::vector<Survivor> smallest_by_sorting(std::vector<Survivor> all, std::size_t n) {
    std::sort(all.begin(), all.end(), [](const Survivor& a, const Survivor& b) {
        return std::pair(a.key, a.sample) < std::pair(b.key, b.sample);
    });
    std::vector<Survivor> kept;
    for (const Survivor& s : all) {
        const bool known =
            std::any_of(kept.begin(), kept.end(), [&](const Survivor& k) { return k.encoding == s.encoding; });
        if (!known && kept.size() < n) kept.push_back(s);
    }
    return kept;
}

TEST(Reservoir, KeepsTheSmallestKeysOfDifferentEncodings) {
    for (const std::size_t capacity : {0U, 1U, 5U, 20U, 40U}) {
        Reservoir reservoir(capacity);
        for (const Survivor& s : random_survivors(500))
            if (reservoir.wants(s.key)) reservoir.offer(s);
        EXPECT_EQ(reservoir.survivors(), smallest_by_sorting(random_survivors(500), capacity)) << capacity;
    }
}

TEST(Reservoir, OrderOfOffersDoesNotMatter) {
    std::vector<Survivor> offers = random_survivors(300);
    Reservoir forward(7);
    for (const Survivor& s : offers) forward.offer(s);
    std::reverse(offers.begin(), offers.end());
    Reservoir backward(7);
    for (const Survivor& s : offers) backward.offer(s);
    EXPECT_EQ(forward.survivors(), backward.survivors());
}

TEST(BucketReservoir, CoversItsLowerEdgeOnly) {
    const BucketReservoir bucket({1.0, 2.0}, 3, SurvivorRule::uniform);
    EXPECT_TRUE(bucket.covers(1.0));
    EXPECT_TRUE(bucket.covers(1.999));
    EXPECT_FALSE(bucket.covers(2.0));
    EXPECT_FALSE(bucket.covers(0.999));
}

TEST(BucketReservoir, SpreadTakesOnePerStratumThenTheSmallestKeys) {
    // [0, 4) in 4 strata of 1 ms; two samples in the first, one in the third, two in the fourth stratum.
    const std::vector<Survivor> offers{
        {{0}, 0.1, 50, 0}, {{1}, 0.9, 10, 1}, {{2}, 2.5, 90, 2}, {{3}, 3.1, 40, 3}, {{4}, 3.9, 20, 4}};
    BucketReservoir bucket({0, 4}, 4, SurvivorRule::spread);
    for (const Survivor& s : offers) bucket.offer(s);
    // By hand: strata give {1} (10 < 50), {2}, {4} (20 < 40); the free fourth place goes to the smallest key left, {3}.
    std::vector<Encoding> kept;
    for (const Survivor& s : bucket.survivors()) kept.push_back(s.encoding);
    EXPECT_EQ(kept, (std::vector<Encoding>{{1}, {4}, {3}, {2}}));
}

TEST(BucketReservoir, PartsMergeIntoTheWholeUnderBothRules) {
    for (const SurvivorRule rule : {SurvivorRule::uniform, SurvivorRule::spread}) {
        const std::vector<Survivor> offers = random_survivors(400);
        BucketReservoir whole({0, 11}, 6, rule);
        BucketReservoir first({0, 11}, 6, rule);
        BucketReservoir second({0, 11}, 6, rule);
        for (std::size_t i = 0; i < offers.size(); ++i) {
            whole.offer(offers[i]);
            BucketReservoir& part = i % 3 == 0 ? first : second;
            if (part.wants(offers[i].latency_ms, offers[i].key)) part.offer(offers[i]);
        }
        for (const Survivor& s : first.held()) second.offer(s);
        EXPECT_EQ(second.survivors(), whole.survivors());
        EXPECT_EQ(whole.survivors().size(), 6U);
    }
}

}  // namespace
}  // namespace hpnas
