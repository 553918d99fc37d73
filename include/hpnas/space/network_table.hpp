#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "hpnas/config/csv_table.hpp"
#include "hpnas/search/encoding.hpp"
#include "hpnas/space/search_space.hpp"

namespace hpnas {

/// Numbers of networks from a CSV file. A row's key is the text of its key columns, one behind the other, in the
/// space's notation; rows of one canonical encoding are averaged.
class NetworkTable {
public:
    /// @param n_required  the first so many columns may not be empty; an empty cell of the others is NaN
    /// @param space       must outlive the table
    /// @throws ConfigError if a column is unknown; DataError with file:line:column if a key is none of the space's, or
    /// a
    ///         cell is no number or is empty
    NetworkTable(const CsvTable& table, const SearchSpace& space, const std::vector<std::string>& key,
                 const std::vector<std::string>& columns, std::size_t n_required);

    /// Means of the columns, in their order; empty if the table lacks the network.
    std::span<const double> find(const Encoding& x) const;
    /// Whether there is a row for a canonical encoding.
    bool contains(const Encoding& canonical) const { return rows_.contains(canonical); }
    /// Different networks.
    std::size_t size() const noexcept { return rows_.size(); }
    /// Of the file's bytes.
    std::uint64_t hash() const noexcept { return hash_; }

private:
    const SearchSpace* space_;
    std::uint64_t hash_;
    std::unordered_map<Encoding, std::vector<double>, EncodingHash> rows_;
};

}  // namespace hpnas
