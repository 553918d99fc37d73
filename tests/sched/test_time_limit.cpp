#include <gtest/gtest.h>

#include <map>

#include "hpnas/sched/time_limit.hpp"

namespace hpnas {
namespace {

struct FakeJob {
    std::map<std::string, std::string> variables;
    std::string squeue;
    std::string command;

    JobEnvironment environment() {
        return {[this](const std::string& name) -> std::optional<std::string> {
                    const auto found = variables.find(name);
                    return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
                },
                [this](const std::string& text) {
                    command = text;
                    return squeue;
                },
                [] { return 1000.0; }};
    }
};

TEST(TimeLimit, ReadsEveryFormThatSqueuePrints) {
    EXPECT_EQ(parse_slurm_time("45"), Seconds(45));
    EXPECT_EQ(parse_slurm_time("1:00\n"), Seconds(60));
    EXPECT_EQ(parse_slurm_time("12:00:01"), Seconds(43201));    // 12 * 3600 + 1
    EXPECT_EQ(parse_slurm_time("1-02:03:04"), Seconds(93784));  // 86400 + 7200 + 180 + 4
}

TEST(TimeLimit, AnythingElseIsNoLimit) {
    for (const char* text : {"UNLIMITED", "NOT_SET", "INVALID", "", "1:", ":1", "1:2:3:4", "-1", "1.5", "x-1:00"})
        EXPECT_EQ(parse_slurm_time(text), std::nullopt) << text;
}

TEST(TimeLimit, OutsideSlurmOnlyTheUsersLimitCounts) {
    FakeJob job;
    EXPECT_EQ(remaining_time(std::nullopt, job.environment()), std::nullopt);
    EXPECT_EQ(remaining_time(Seconds(5), job.environment()), Seconds(5));
    EXPECT_EQ(job.command, "");
}

TEST(TimeLimit, EndTimeOfTheJobIsPreferredToSqueue) {
    FakeJob job{{{"SLURM_JOB_ID", "12"}, {"SLURM_JOB_END_TIME", "1600"}}, "1:00", ""};
    EXPECT_EQ(remaining_time(std::nullopt, job.environment()), Seconds(600));
    EXPECT_EQ(job.command, "");
}

TEST(TimeLimit, SqueueIsAskedOtherwiseAndTheSmallerLimitCounts) {
    FakeJob job{{{"SLURM_JOB_ID", "12"}}, "10:00\n", ""};
    EXPECT_EQ(remaining_time(std::nullopt, job.environment()), Seconds(600));
    EXPECT_NE(job.command.find("-j 12 "), std::string::npos);
    EXPECT_EQ(remaining_time(Seconds(60), job.environment()), Seconds(60));
    EXPECT_EQ(remaining_time(Seconds(6000), job.environment()), Seconds(600));
}

TEST(TimeLimit, JobIdThatIsNoNumberNeverReachesAShell) {
    FakeJob job{{{"SLURM_JOB_ID", "1; rm -rf x"}}, "10:00", ""};
    EXPECT_EQ(remaining_time(std::nullopt, job.environment()), std::nullopt);
    EXPECT_EQ(job.command, "");
}

TEST(TimeLimit, SystemEnvironmentRunsCommands) {
    EXPECT_EQ(system_environment().run("printf 1:00"), "1:00");
    EXPECT_TRUE(system_environment().variable("PATH").has_value());
    EXPECT_GT(system_environment().utc(), 1.7e9);
}

}  // namespace
}  // namespace hpnas
