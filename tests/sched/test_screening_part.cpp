#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include "hpnas/sched/screening_part.hpp"
#include "hpnas/strategy/sobol_sequence.hpp"
#include "sched/screening_samples.hpp"

namespace hpnas {
namespace {

using namespace sched_test;

TEST(ScreeningPart, CountsWhatAPlainLoopCounts) {
    ScreeningPart part(options());
    part.look_at(space(), 0, 1000);
    const ScreeningResult result = part.result();

    // Slow reference: the same points, one by one, in floating point.
    std::vector<std::uint64_t> histogram(10), counts(3);
    std::uint64_t infeasible = 0, overflow = 0;
    SobolSequence sequence(5, 11);
    std::vector<std::uint32_t> point(5);
    for (int i = 0; i < 1000; ++i) {
        sequence.next(point);
        Encoding x(5);
        for (std::size_t d = 0; d < 5; ++d)
            x[d] = static_cast<std::int16_t>(
                std::floor(point[d] / 4294967296.0 * static_cast<double>(decisions()[d].values.size())));
        const double latency = latency_ms(x);
        if (std::isnan(latency)) {
            ++infeasible;
            continue;
        }
        if (latency < 10) ++histogram[static_cast<std::size_t>(latency)];
        if (latency >= 10) ++overflow;
        if (latency >= 1 && latency < 3) ++counts[0];
        if (latency >= 3 && latency < 6) ++counts[1];
    }
    EXPECT_EQ(result.samples, 1000U);
    EXPECT_EQ(result.histogram, histogram);
    EXPECT_EQ(result.counts, counts);
    EXPECT_EQ(result.infeasible, infeasible);
    EXPECT_EQ(result.overflow, overflow);
    EXPECT_GT(infeasible, 0U);
    EXPECT_GT(overflow, 0U);
}

TEST(ScreeningPart, LatencyJustBelowTheUpperEdgeFallsIntoTheLastBin) {
    ScreeningOptions chosen = options();
    chosen.histogram_upper_ms = 0.003;
    const double below = std::nextafter(0.003, 0.0);
    ASSERT_GE(below * (10 / 0.003), 10.0);  // the product rounds up to a bin that does not exist
    ScreeningSpace same = space();
    same.latency_ms = [below](std::span<const std::int16_t>) { return below; };
    ScreeningPart part(chosen);
    part.look_at(same, 0, 100);
    std::vector<std::uint64_t> expected(10, 0);
    expected.back() = 100;
    EXPECT_EQ(part.result().histogram, expected);
    EXPECT_EQ(part.result().overflow, 0U);
}

TEST(ScreeningPart, SurvivorsAreCanonicalDifferentAndInTheirBucket) {
    ScreeningPart part(options());
    part.look_at(space(), 0, 5000);
    const ScreeningResult result = part.result();
    for (std::size_t b = 0; b < 2; ++b) {
        std::set<Encoding> seen;
        for (const Survivor& s : result.survivors[b]) {
            EXPECT_EQ(s.encoding, canonical(s.encoding));
            EXPECT_TRUE(seen.insert(s.encoding).second);
            EXPECT_EQ(s.latency_ms, latency_ms(s.encoding));
            EXPECT_GE(s.latency_ms, options().buckets[b].lower_ms);
            EXPECT_LT(s.latency_ms, options().buckets[b].upper_ms);
        }
        EXPECT_EQ(seen.size(), 12U);
    }
    EXPECT_TRUE(result.survivors[2].empty());
}

TEST(ScreeningPart, PartsMergeIntoTheWholeDirectlyAndAsBytes) {
    for (const SurvivorRule rule : {SurvivorRule::uniform, SurvivorRule::spread}) {
        ScreeningOptions chosen = options();
        chosen.rule = rule;
        ScreeningPart whole(chosen), first(chosen), second(chosen), third(chosen);
        whole.look_at(space(), 0, 5000);
        first.look_at(space(), 0, 700);
        second.look_at(space(), 700, 4999);
        third.look_at(space(), 4999, 5000);
        third.merge(first);
        ByteWriter out;
        second.write(out);
        ByteReader in(out.bytes(), "test");
        third.merge(in);
        EXPECT_TRUE(in.at_end());
        EXPECT_EQ(third.result(), whole.result());
    }
}

TEST(ScreeningPart, ResultSurvivesTheRoundTrip) {
    ScreeningPart part(options());
    part.look_at(space(), 0, 500);
    ScreeningResult result = part.result();
    result.stopped = true;
    ByteWriter out;
    write_result(out, result);
    ByteReader in(out.bytes(), "test");
    EXPECT_EQ(read_result(in), result);
}

}  // namespace
}  // namespace hpnas
