#include <gtest/gtest.h>

#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/latency/stopwatch.hpp"

namespace hpnas {
namespace {

/// A clock that only the work moves.
struct FakeTime {
    double now = 0;
    int runs = 0;
    ClockFunction clock() {
        return [this] { return Milliseconds(now); };
    }
    std::function<void()> work(double ms) {
        return [this, ms] {
            now += ms;
            ++runs;
        };
    }
};

TEST(Stopwatch, SummarizeGivesOrderStatistics) {
    const Timing t = summarize(std::vector<double>{3, 1, 2, 10, 4});
    EXPECT_DOUBLE_EQ(t.median_ms, 3);
    EXPECT_DOUBLE_EQ(t.min_ms, 1);
    EXPECT_DOUBLE_EQ(t.p90_ms, 7.6);  // position 3.6 between 4 and 10
    EXPECT_DOUBLE_EQ(t.mean_ms, 4);
    EXPECT_NEAR(t.std_ms, 3.5355339059, 1e-9);  // sqrt((1 + 9 + 4 + 36 + 0) / 4)
    EXPECT_EQ(t.count, 5);
    EXPECT_THROW(summarize(std::vector<double>{}), InternalError);
}

TEST(Stopwatch, RepeatsShortWorkUntilASampleIsLongEnough) {
    FakeTime time;
    const Timing t = time_work(time.work(0.01), {.warmup_ms = 0, .min_sample_ms = 0.2, .samples = 5, .max_ms = 1e6}, {},
                               time.clock());
    EXPECT_EQ(time.runs, 2 + 5 * 20);  // two of warm-up, then 0.2 / 0.01 = 20 per sample
    EXPECT_NEAR(t.median_ms, 0.01, 1e-12);
    EXPECT_NEAR(t.std_ms, 0, 1e-12);
}

TEST(Stopwatch, WarmsUpForTheTimeAsked) {
    FakeTime time;
    time_work(time.work(1), {.warmup_ms = 7, .min_sample_ms = 0, .samples = 3, .max_ms = 1e6}, {}, time.clock());
    EXPECT_EQ(time.runs, 7 + 3);
}

TEST(Stopwatch, StopsEarlyButNeverBeforeThreeSamples) {
    FakeTime time;
    const Timing t =
        time_work(time.work(100), {.warmup_ms = 0, .min_sample_ms = 1, .samples = 50, .max_ms = 10}, {}, time.clock());
    EXPECT_EQ(t.count, 3);
}

TEST(Stopwatch, OneInterruptedSampleDoesNotMoveTheMedian) {
    FakeTime time;
    const auto work = [&] { time.now += ++time.runs == 6 ? 500 : 2; };
    const Timing t =
        time_work(work, {.warmup_ms = 0, .min_sample_ms = 1, .samples = 9, .max_ms = 1e6}, {}, time.clock());
    EXPECT_DOUBLE_EQ(t.median_ms, 2);
    EXPECT_GT(t.mean_ms, 50);
}

TEST(Stopwatch, WhatHappensBetweenRunsIsNotTimed) {
    FakeTime time;
    int between_runs = 0;
    const Timing t = time_work(
        time.work(0.5), {.warmup_ms = 0, .min_sample_ms = 10, .samples = 4, .max_ms = 1e6},
        [&] {
            time.now += 30;
            ++between_runs;
        },
        time.clock());
    EXPECT_DOUBLE_EQ(t.median_ms, 0.5);
    EXPECT_EQ(time.runs, 2 + 4);  // no inner repetition: every run starts from the prepared state
    EXPECT_EQ(between_runs, time.runs);
}

TEST(Stopwatch, AClockThatStandsStillEndsToo) {
    FakeTime time;
    const Timing t =
        time_work(time.work(0), {.warmup_ms = 1, .min_sample_ms = 1e-3, .samples = 3, .max_ms = 10}, {}, time.clock());
    EXPECT_EQ(t.count, 3);
    EXPECT_DOUBLE_EQ(t.median_ms, 0);
}

TEST(Stopwatch, TheSteadyClockMovesForward) {
    const ClockFunction clock = steady_clock();
    const Milliseconds a = clock(), b = clock();
    EXPECT_GE(b.count(), a.count());
    EXPECT_GT(a.count(), 0);
}

}  // namespace
}  // namespace hpnas
