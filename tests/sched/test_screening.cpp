#include <gtest/gtest.h>
#include <omp.h>

#include <atomic>

#include "hpnas/comm/thread_communicator.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/sched/screening.hpp"
#include "hpnas/sched/screening_part.hpp"
#include "hpnas/sched/stop.hpp"
#include "sched/screening_samples.hpp"

namespace hpnas {
namespace {

using namespace sched_test;

/// Enough samples for several chunks per thread.
ScreeningOptions many(SurvivorRule rule = SurvivorRule::uniform) {
    ScreeningOptions chosen = options();
    chosen.samples = 100003;  // no multiple of ranks or chunks
    chosen.rule = rule;
    return chosen;
}

ScreeningResult screen_on(int ranks, int threads, const ScreeningOptions& chosen) {
    ScreeningResult root;
    std::vector<ScreeningResult> all(static_cast<std::size_t>(ranks));
    run_ranks(ranks, [&](Communicator& comm) {
        omp_set_num_threads(threads);  // of this rank
        StopToken stop;
        all[static_cast<std::size_t>(comm.rank())] = screen(space(), chosen, comm, stop);
    });
    for (const ScreeningResult& result : all) EXPECT_EQ(result, all.front());
    return all.front();
}

TEST(Screening, SameResultOnAnyNumberOfRanksAndThreads) {
    for (const SurvivorRule rule : {SurvivorRule::uniform, SurvivorRule::spread}) {
        ScreeningPart whole(many(rule));
        whole.look_at(space(), 0, many(rule).samples);
        for (const int ranks : {1, 2, 3})
            for (const int threads : {1, 2}) EXPECT_EQ(screen_on(ranks, threads, many(rule)), whole.result());
    }
}

TEST(Screening, SeedChangesTheSurvivors) {
    ScreeningOptions other = many();
    other.seed = 12;
    EXPECT_NE(screen_on(1, 1, many()).survivors[0], screen_on(1, 1, other).survivors[0]);
}

TEST(Screening, StopRequestOnOneRankStopsAllAndSaysSo) {
    std::atomic<int> stopped{0};
    run_ranks(3, [&](Communicator& comm) {
        StopToken stop;
        if (comm.rank() == 2) stop.request("signal 10");
        if (screen(space(), many(), comm, stop).stopped) ++stopped;
    });
    EXPECT_EQ(stopped, 3);
}

TEST(Screening, ErrorOnOneRankReachesAll) {
    std::atomic<int> errors{0};
    run_ranks(3, [&](Communicator& comm) {
        ScreeningSpace broken = space();
        if (comm.rank() == 1)
            broken.latency_ms = [](std::span<const std::int16_t>) -> double {
                throw DataError("table.h5: key missing");
            };
        StopToken stop;
        try {
            screen(broken, many(), comm, stop);
        } catch (const Error& error) {
            EXPECT_EQ(error.exit_code(), ExitCode::data);
            ++errors;
        }
    });
    EXPECT_EQ(errors, 3);
}

TEST(Screening, SenselessOptionsAreConfigErrors) {
    const auto refused = [](auto change) {
        ScreeningOptions chosen = options();
        change(chosen);
        StopToken stop;
        try {
            screen(space(), chosen, *make_serial_communicator(), stop);
        } catch (const Error& error) {
            return error.exit_code() == ExitCode::config;
        }
        return false;
    };
    EXPECT_TRUE(refused([](ScreeningOptions& o) { o.samples = 0; }));
    EXPECT_TRUE(refused([](ScreeningOptions& o) { o.samples = (std::uint64_t{1} << 32) + 1; }));
    EXPECT_TRUE(refused([](ScreeningOptions& o) { o.buckets.clear(); }));
    EXPECT_TRUE(refused([](ScreeningOptions& o) { o.buckets[0] = {2, 2}; }));
    EXPECT_TRUE(refused([](ScreeningOptions& o) { o.buckets[0] = {-1, 2}; }));
    EXPECT_FALSE(refused([](ScreeningOptions&) {}));
}

}  // namespace
}  // namespace hpnas
