#pragma once
#include <filesystem>

#include "hpnas/core/units.hpp"

namespace hpnas {

/// Keeps a second process off a run directory: a file that holds host, process id and start, and Slurm job id; it is
/// written under another name (<file>.<host>.<process id>) and linked to its own, so that there is never a lock without
/// a holder; the destructor removes it. A lock left by a process of this host that no longer lives is stale and taken
/// over; so is one of another host whose Slurm job id is ours (a requeued job). Anything else is respected: NFS gives
/// no way to look into another host.
class RunLock {
public:
    /// @throws StoreError naming the holder and the file to delete if it is known to be gone; StoreError(cannot_create)
    ///         if the directory cannot be written.
    /// @param patience  how long a living holder on this host is waited for: it may be dying
    explicit RunLock(std::filesystem::path file, Seconds patience = Seconds(5));
    ~RunLock();
    RunLock(RunLock&& other) noexcept;
    RunLock& operator=(RunLock&& other) noexcept;
    RunLock(const RunLock&) = delete;
    RunLock& operator=(const RunLock&) = delete;

private:
    std::filesystem::path file_;  // empty: nothing held
};

}  // namespace hpnas
