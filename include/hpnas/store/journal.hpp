#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "hpnas/search/candidate.hpp"
#include "hpnas/store/run_identity.hpp"
#include "hpnas/store/run_lock.hpp"

namespace hpnas {

/// What happened to the run itself.
struct JournalEvent {
    enum class Kind : std::uint8_t { start = 0, restart = 1, stop = 2, finish = 3 };  // stored: keep the values
    Kind kind = Kind::start;
    double utc = 0;  ///< seconds since 1970-01-01
    std::int32_t ranks = 0;
    std::string schedule;  ///< how candidates are ordered, e.g. "synchronous window=8"
    std::string reason;    ///< why it stopped; empty otherwise
};

/// Bytes that another part of the program keeps with the run, e.g. "screening". The last one of a name counts.
struct JournalBlob {
    std::string name;
    std::string bytes;
};

/// A Candidate is an ask; one with id -1 records an ask that the strategy answered with nothing.
using JournalEntry = std::variant<Candidate, Evaluation, JournalEvent, JournalBlob>;

/// A journal as read.
struct JournalContent {
    RunIdentity identity;
    std::vector<JournalEntry> entries;  ///< in file order
    std::uint64_t valid_bytes = 0;      ///< length up to the last whole record
    std::uint64_t torn_bytes = 0;       ///< what follows it: a record cut short by a crash

    /// nullptr if there is none of this name.
    const JournalBlob* blob(std::string_view name) const noexcept;
};

/// Reads and verifies every record.
/// @throws StoreError(data) with file and offset if a record that is not the last one is damaged, or the file is no
/// journal;
///         StoreError(no_input) if it does not exist.
JournalContent read_journal(const std::filesystem::path& file);

/// The append-only record of a run, and the truth about it: an evaluation is in here, synced, before the strategy hears
/// of it. Format: src/store/FORMAT.md. Not thread-safe; one process at a time (RunLock at <directory>/LOCK).
class Journal {
public:
    /// Creates the file with `identity`, or continues the one that is there, cutting off a torn last record.
    /// @param allowed  configuration keys that may have changed since (see config_differences)
    /// @throws ConfigError listing what differs; StoreError if held by another process, damaged, or not writable.
    static Journal open(const std::filesystem::path& file, const RunIdentity& identity,
                        const std::vector<std::string>& allowed);
    ~Journal();
    Journal(Journal&& other) noexcept;
    Journal& operator=(Journal&&) = delete;

    /// What was there when it was opened.
    const JournalContent& content() const noexcept { return content_; }
    bool continued() const noexcept { return continued_; }
    const std::filesystem::path& file() const noexcept { return file_; }

    /// Appends one record; durable only after sync().
    /// @throws StoreError(io) if it cannot be written (disk full, quota); the file then ends with a torn record at
    /// worst.
    void append(const JournalEntry& entry);
    /// Waits until everything appended is on the disk. Cheap if nothing was appended.
    void sync();
    /// Everything appended is on the disk.
    bool synced() const noexcept { return !dirty_; }

private:
    Journal(std::filesystem::path file, RunLock lock);
    void create(const RunIdentity& identity);
    void resume(const RunIdentity& identity, const std::vector<std::string>& allowed);
    void write(std::string_view bytes);

    std::filesystem::path file_;
    RunLock lock_;
    JournalContent content_;
    int descriptor_ = -1;
    bool continued_ = false;
    bool dirty_ = false;
};

}  // namespace hpnas
