#pragma once
#include <cstdint>
#include <span>

namespace hpnas {

/// Fewest insertions, deletions and substitutions that turn one sequence into the other (Levenshtein).
std::int64_t edit_distance(std::span<const std::int64_t> a, std::span<const std::int64_t> b);

/// Label error rate of many sequences (word error rate, if labels are words): edits / labels that were said.
struct LabelError {
    std::int64_t edits = 0, labels = 0;
    std::int64_t wrong = 0, sequences = 0;  ///< sequences with at least one edit; all

    void add(std::span<const std::int64_t> said, std::span<const std::int64_t> recognised);
    /// %; may exceed 100. @pre labels > 0
    double percent() const noexcept { return 100.0 * static_cast<double>(edits) / static_cast<double>(labels); }
    /// %. @pre sequences > 0
    double wrong_percent() const noexcept {
        return 100.0 * static_cast<double>(wrong) / static_cast<double>(sequences);
    }
};

}  // namespace hpnas
