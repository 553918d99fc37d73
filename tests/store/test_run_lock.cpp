#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <iterator>
#include <optional>

#include "hpnas/core/error.hpp"
#include "hpnas/store/run_lock.hpp"
#include "store/store_samples.hpp"

namespace hpnas {
namespace {

std::string host() {
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return name.data();
}

/// A process id that surely belonged to a process of ours and to nobody now.
pid_t dead_process() {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    ::waitpid(child, nullptr, 0);
    return child;
}

class RunLockTest : public ::testing::Test {
protected:
    store_test::TemporaryDirectory directory_;
    std::filesystem::path file_ = directory_.path() / "LOCK";
};

TEST_F(RunLockTest, SecondHolderIsRefusedUntilTheFirstIsGone) {
    {
        const RunLock lock(file_);
        EXPECT_THROW(RunLock{file_}, StoreError);
        EXPECT_TRUE(std::filesystem::exists(file_));
    }
    EXPECT_FALSE(std::filesystem::exists(file_));
    EXPECT_NO_THROW(RunLock{file_});
}

TEST_F(RunLockTest, LockOfADeadProcessIsTakenOver) {
    store_test::write_bytes(file_, host() + " " + std::to_string(dead_process()) + " 12345 -\n");
    EXPECT_NO_THROW(RunLock{file_});
}

TEST_F(RunLockTest, LivingProcessOfThisHostIsWaitedForAndThenRespected) {
    const pid_t child = ::fork();
    if (child == 0) {
        const RunLock lock(file_);
        ::usleep(300000);
        ::_exit(0);  // dies without removing its lock
    }
    while (!std::filesystem::exists(file_)) ::usleep(1000);
    ::usleep(10000);  // until its line is written
    EXPECT_THROW(RunLock(file_, Seconds(0.05)), StoreError);
    EXPECT_NO_THROW(RunLock(file_, Seconds(10)));  // the child is a zombie by then: nobody has waited for it yet
    ::waitpid(child, nullptr, 0);
}

TEST_F(RunLockTest, ReusedProcessIdIsRecognisedByItsStart) {
    // This process lives, but it did not start at tick 1 after boot: the holder was an earlier process of the same
    // number.
    store_test::write_bytes(file_, host() + " " + std::to_string(::getpid()) + " 1 -\n");
    EXPECT_NO_THROW(RunLock{file_});
}

TEST_F(RunLockTest, LockOfAnotherHostIsRespected) {
    store_test::write_bytes(file_, "elsewhere.example 1 1 -\n");
    EXPECT_THROW(RunLock{file_}, StoreError);
    EXPECT_TRUE(std::filesystem::exists(file_));
}

TEST_F(RunLockTest, RequeuedJobTakesItsOwnLockFromAnotherHost) {
    store_test::write_bytes(file_, "elsewhere.example 1 1 4711\n");
    ::setenv("SLURM_JOB_ID", "4711", 1);
    EXPECT_NO_THROW(RunLock{file_});
    ::unsetenv("SLURM_JOB_ID");
}

TEST_F(RunLockTest, ProcessKilledWhileItWritesLeavesNoLockWithoutAHolder) {
    const pid_t child = ::fork();
    if (child == 0) {
        const rlimit nothing{0, 0};
        ::setrlimit(RLIMIT_CORE, &nothing);
        ::setrlimit(RLIMIT_FSIZE, &nothing);  // its first write to a file kills it (SIGXFSZ)
        const RunLock lock(file_);
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    ASSERT_EQ(WTERMSIG(status), SIGXFSZ);
    EXPECT_FALSE(std::filesystem::exists(file_));
    EXPECT_NO_THROW(RunLock(file_, Seconds(0)));
}

TEST_F(RunLockTest, NothingButTheLockStaysBehind) {
    const auto files = [this] {
        return std::distance(std::filesystem::directory_iterator(directory_.path()),
                             std::filesystem::directory_iterator{});
    };
    {
        const RunLock lock(file_);
        EXPECT_EQ(files(), 1);
        EXPECT_THROW(RunLock(file_, Seconds(0)), StoreError);
        EXPECT_EQ(files(), 1);
    }
    EXPECT_EQ(files(), 0);
}

TEST_F(RunLockTest, MissingDirectoryIsAnErrorThatSaysCannotCreate) {
    try {
        RunLock lock(directory_.path() / "no" / "LOCK");
        FAIL();
    } catch (const StoreError& error) {
        EXPECT_EQ(error.exit_code(), ExitCode::cannot_create);
    }
}

TEST_F(RunLockTest, MovedFromLockHoldsNothing) {
    std::optional<RunLock> first{std::in_place, file_};
    const RunLock second(std::move(*first));
    first.reset();
    EXPECT_TRUE(std::filesystem::exists(file_));
}

}  // namespace
}  // namespace hpnas
