#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "hpnas/core/log.hpp"
#include "hpnas/core/units.hpp"
#include "hpnas/search/candidate.hpp"
#include "hpnas/store/journal.hpp"
#include "hpnas/store/provenance.hpp"
#include "hpnas/store/result_tables.hpp"
#include "hpnas/store/run_identity.hpp"
#include "hpnas/store/table.hpp"

namespace hpnas {

/// Holds what a run found and publishes it as results.h5, atomically: readers see a whole file at any moment, and a
/// failed write leaves the previous one. Layout: src/store/FORMAT.md. Everything outside /timing and /provenance
/// depends only on the evaluations, not on when or where they were made. Not thread-safe; rank 0 only.
class ResultStore {
public:
    /// @param period  at least this long between two publications by publish_if_due
    ResultStore(std::filesystem::path file, RunIdentity identity, Provenance provenance, Seconds period, Log log);

    /// Keeps candidates and evaluations; an evaluation needs its candidate first. @throws InternalError otherwise.
    void add(const Candidate& candidate);
    void add(const Evaluation& evaluation);
    void add(const JournalEvent& event);
    /// All entries of a journal; its events replace those there are, so that taking it over twice changes nothing.
    void add(const JournalContent& content);

    /// Stores a table under its group, replacing an earlier one of that group.
    void set_table(Table table);

    /// Evaluated candidates in id order: the rows of /candidates.
    std::vector<const Evaluation*> evaluations() const;
    const Candidate& candidate(std::int64_t id) const { return content_.candidates.at(id); }
    /// nullptr if not evaluated.
    const Evaluation* find(std::int64_t id) const noexcept;
    const RunIdentity& identity() const noexcept { return content_.identity; }
    const std::filesystem::path& file() const noexcept { return file_; }

    /// Writes the file; false after a warning if that failed (disk full): the previous file is intact, try again later.
    bool publish();
    /// The first publication of a run: an output that cannot be written is an error at once. @throws StoreError.
    void publish_or_throw();
    /// publish() if the period has passed and something is new. The period stretches to 20 times the cost of a
    /// publication.
    void publish_if_due();

private:
    using Clock = std::chrono::steady_clock;
    std::filesystem::path file_;
    ResultContent content_;
    Seconds period_;
    Log log_;
    Clock::time_point last_ = Clock::now();
    Seconds cost_{0};
    bool dirty_ = true;
};

}  // namespace hpnas
