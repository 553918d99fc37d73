#include <gtest/gtest.h>

#include <vector>

#include "hpnas/sched/progress.hpp"

namespace hpnas {
namespace {

Evaluation ok(std::int64_t id, double loss) {
    Evaluation e;
    e.candidate = id;
    e.objectives = {loss};
    e.wall = Seconds(2.5);
    return e;
}

Evaluation failed(std::int64_t id) {
    Evaluation e;
    e.candidate = id;
    e.status = EvalStatus::failed;
    e.reason = "loss became NaN";
    return e;
}

TEST(Progress, LineSaysLastBestRateAndTimeLeft) {
    Progress progress(10, Seconds(0), {});
    progress.add_earlier(ok(0, 0.75));
    progress.add_earlier(failed(1));
    progress.add(ok(2, 0.5));
    progress.add(ok(3, 0.625));
    // Two since this start in 36 s: 200 an hour; six left at 18 s each: 108 s.
    EXPECT_EQ(
        progress.line(ok(3, 0.625), Seconds(36)),
        "candidate 3: 0.625 in 2.5 s; 4/10 done, 1 failed, best 0.5 (candidate 2), 200 candidates/h, 0:01:48 left");
}

TEST(Progress, ShowsTheMetricOfWhichTheObjectiveIsTheNegative) {
    const auto scored = [](std::int64_t id, double score) {
        Evaluation e = ok(id, -score);
        e.metrics = {1e6, score};
        return e;
    };
    Progress progress(10, Seconds(0), {}, 1);
    progress.add(scored(0, 3.5));
    progress.add(scored(1, 2.5));
    const std::string line = progress.line(scored(1, 2.5), Seconds(1));
    EXPECT_TRUE(line.starts_with("candidate 1: 2.5 in 2.5 s; 2/10 done, best 3.5 (candidate 0)")) << line;
}

TEST(Progress, FailuresAreReportedAtOnceAsWarnings) {
    std::vector<LogLevel> levels;
    const Log log([&](LogLevel level, std::string_view) { levels.push_back(level); });
    Progress progress(10, Seconds(1000), log);
    progress.add(ok(0, 1));  // the first line of the period
    progress.add(ok(1, 1));  // within the period
    progress.add(failed(2));
    EXPECT_EQ(levels, (std::vector<LogLevel>{LogLevel::info, LogLevel::warning}));
    EXPECT_EQ(progress.failed(), 1);
}

}  // namespace
}  // namespace hpnas
