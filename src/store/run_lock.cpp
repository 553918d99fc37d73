#include "hpnas/store/run_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

struct Holder {
    std::string host = "?";
    long pid = 0;
    std::string started = "?";  ///< process start in clock ticks since boot: tells a reused process id
    std::string job = "-";
};

/// Field 22 of /proc/<pid>/stat; "?" if there is no such process, or it has ended and waits for its parent only.
std::string start_of(long pid) {
    std::ifstream in(fmt::format("/proc/{}/stat", pid));
    std::string line;
    std::getline(in, line);
    const std::size_t name_end = line.rfind(')');  // the second field may hold blanks
    if (name_end == std::string::npos) return "?";
    std::istringstream fields(line.substr(name_end + 1));
    std::string field;
    fields >> field;
    if (field == "Z" || field == "X") return "?";
    for (int i = 4; i <= 22; ++i) fields >> field;
    return field;
}

Holder this_process() {
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    const char* job = std::getenv("SLURM_JOB_ID");
    const long pid = ::getpid();
    return {name.data(), pid, start_of(pid), job == nullptr || *job == '\0' ? "-" : job};
}

Holder read_holder(const std::filesystem::path& file) {
    Holder holder;
    std::ifstream in(file);
    in >> holder.host >> holder.pid >> holder.started >> holder.job;
    return holder;
}

bool alive(const Holder& holder) {
    if (::kill(static_cast<pid_t>(holder.pid), 0) != 0 && errno != EPERM) return false;
    return start_of(holder.pid) == holder.started;
}

bool stale(const Holder& holder, const Holder& self) {
    if (holder.host == self.host) return holder.pid > 0 && !alive(holder);
    return self.job != "-" && holder.job == self.job;
}

/// A job killed a moment ago may leave processes that still die: mpirun returns before they are gone.
bool becomes_stale(const Holder& holder, const Holder& self, Seconds patience) {
    const bool may_die = holder.host == self.host && holder.pid != self.pid;
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!stale(holder, self)) {
        if (!may_die || std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
}

/// A file of this name that nobody had, whole and on the disk. @return false with errno set if it cannot be made
bool write_new(const std::string& file, std::string_view text) {
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0) return false;
    const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
    const int why = errno;
    ::close(fd);
    if (written) return true;
    ::unlink(file.c_str());
    throw StoreError(fmt::format("{}: cannot be written: {}", file, std::strerror(why)));
}

/// A second name for `own`, or a new one where the file system knows no second names; never replaces a file.
bool take_name(const std::string& own, const std::string& name) {
    if (::link(own.c_str(), name.c_str()) == 0) return true;
    if (errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS)
        return ::renameat2(AT_FDCWD, own.c_str(), AT_FDCWD, name.c_str(), RENAME_NOREPLACE) == 0;
    const int why = errno;
    struct stat info {};
    // NFS may lose the answer to a request that was served, and repeat it.
    const bool linked = why == EEXIST && ::stat(own.c_str(), &info) == 0 && info.st_nlink == 2;
    errno = why;
    return linked;
}

/// The lock gets its name only when it is whole: whoever is killed on the way leaves no lock that names no holder.
bool try_create(const std::filesystem::path& file, const Holder& self) {
    const std::string own = fmt::format("{}.{}.{}", file.string(), self.host, self.pid);
    ::unlink(own.c_str());  // left by a killed process that had this number
    if (!write_new(own, fmt::format("{} {} {} {}\n", self.host, self.pid, self.started, self.job))) return false;
    const bool taken = take_name(own, file.string());
    const int why = errno;
    ::unlink(own.c_str());
    errno = why;
    return taken;
}

}  // namespace

RunLock::RunLock(std::filesystem::path file, Seconds patience) {
    const Holder self = this_process();
    for (int attempt = 0; attempt < 3; ++attempt) {
        if (try_create(file, self)) {
            file_ = std::move(file);
            return;
        }
        if (errno != EEXIST)
            throw StoreError(fmt::format("{}: cannot be created: {}", file.string(), std::strerror(errno)),
                             ExitCode::cannot_create);
        const Holder holder = read_holder(file);
        if (!becomes_stale(holder, self, patience))
            throw StoreError(
                fmt::format("{}: this run is held by process {} on {} (job {}); if that is gone, delete the file",
                            file.string(), holder.pid, holder.host, holder.job),
                ExitCode::cannot_create);
        // Renaming first: of two processes that both found it stale, only one gets to remove it.
        const std::string taken = fmt::format("{}.stale.{}", file.string(), self.pid);
        if (::rename(file.c_str(), taken.c_str()) == 0) ::unlink(taken.c_str());
    }
    throw StoreError(fmt::format("{}: other processes are taking this run", file.string()), ExitCode::cannot_create);
}

RunLock::~RunLock() {
    if (!file_.empty()) ::unlink(file_.c_str());
}

RunLock::RunLock(RunLock&& other) noexcept : file_(std::exchange(other.file_, {})) {}

RunLock& RunLock::operator=(RunLock&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
}

}  // namespace hpnas
