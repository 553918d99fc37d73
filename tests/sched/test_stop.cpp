#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "hpnas/core/error.hpp"
#include "hpnas/sched/stop.hpp"

namespace hpnas {
namespace {

TEST(StopToken, IsNotRequestedByItself) {
    StopToken token;
    EXPECT_FALSE(token.requested());
    EXPECT_EQ(token.reason(), "");
}

TEST(StopToken, RequestStaysAndKeepsItsFirstReason) {
    StopToken token;
    token.request("first");
    token.request("second");
    EXPECT_TRUE(token.requested());
    EXPECT_EQ(token.reason(), "first");
}

TEST(StopToken, SeesASignalWhileAGuardLives) {
    for (const int number : {SIGUSR1, SIGUSR2, SIGTERM, SIGINT}) {
        StopToken token;
        {
            const SignalGuard guard;
            EXPECT_FALSE(token.requested());
            std::raise(number);
            EXPECT_TRUE(token.requested());
            EXPECT_EQ(token.reason().rfind("signal " + std::to_string(number), 0), 0U) << token.reason();
        }
        StopToken later;
        EXPECT_FALSE(later.requested());
    }
}

TEST(StopToken, SecondInterruptEndsTheProcess) {
    const pid_t child = ::fork();
    if (child == 0) {
        const SignalGuard guard;
        std::raise(SIGINT);
        std::raise(SIGINT);
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 128 + SIGINT);
}

TEST(StopToken, FirstTermAfterUserSignalDoesNotEndTheProcess) {
    const SignalGuard guard;
    std::raise(SIGUSR1);
    std::raise(SIGTERM);
    StopToken token;
    EXPECT_TRUE(token.requested());
}

TEST(SignalGuard, OnlyOneAtATime) {
    const SignalGuard guard;
    EXPECT_THROW(SignalGuard{}, InternalError);
}

TEST(StopToken, SeesTheStopFile) {
    const auto file = std::filesystem::temp_directory_path() / ("hpnas_stop_" + std::to_string(::getpid()));
    StopToken::Options options;
    options.stop_file = file;
    StopToken before(options);
    EXPECT_FALSE(before.requested());
    std::ofstream{file};
    StopToken after(options);
    EXPECT_TRUE(after.requested());
    EXPECT_EQ(after.reason(), "stop file " + file.string());
    std::filesystem::remove(file);
}

TEST(StopToken, KeepsTwiceTheLongestStepPlusMarginBeforeTheDeadline) {
    StopToken::Options options;
    options.deadline = StopToken::Clock::now() + std::chrono::seconds(100);
    options.margin = Seconds(30);
    StopToken token(options);
    token.note_step(Seconds(30));  // 2 * 30 + 30 = 90 < 100
    EXPECT_FALSE(token.requested());
    token.note_step(Seconds(36));  // 2 * 36 + 30 = 102 > 100
    token.note_step(Seconds(1));
    EXPECT_TRUE(token.requested());
    EXPECT_EQ(token.reason(), "time limit");
}

}  // namespace
}  // namespace hpnas
