#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "hpnas/core/shape.hpp"
#include "hpnas/graph/network.hpp"
#include "hpnas/latency/calibration.hpp"
#include "hpnas/latency/stopwatch.hpp"

namespace hpnas {

/// What a block's time depends on besides the device: its configuration and the shape of its input (per sample).
struct TableKey {
    std::string block;  ///< Block::key
    Shape input;
    friend bool operator==(const TableKey&, const TableKey&) noexcept = default;
    friend bool operator<(const TableKey& a, const TableKey& b) noexcept;
};
std::string to_string(const TableKey& key);  ///< "irb k=3 s=2 ... on [32, 32, 24]"
TableKey table_key(const Network& network, const Block& block);

/// What all values of a table have in common: times under different conditions must not be added up.
struct TableConditions {
    std::string device{};  ///< e.g. describe_cpu(), or the name of another machine
    std::int64_t batch = 1;
    std::int64_t threads = 1;
    std::string precision = "fp32";
    std::string libraries{};  ///< versions of program and kernels; informative, may differ
    std::string date{};       ///< UTC day on which measuring began, "2026-11-20"; informative, may differ
    /// Empty if times of both may be mixed; otherwise one sentence naming the first difference.
    std::string conflict(const TableConditions& other) const;
};

/// Times of building blocks on one device: the latency table of GPUNet's agent (key = input shape and layer
/// configuration). A regular value, ordered by key, so that equal contents give equal files.
class LatencyTable {
public:
    LatencyTable() = default;
    explicit LatencyTable(TableConditions conditions) : conditions_(std::move(conditions)) {}

    const TableConditions& conditions() const noexcept { return conditions_; }
    std::size_t size() const noexcept { return entries_.size(); }
    const std::map<TableKey, Timing>& entries() const noexcept { return entries_; }
    /// nullptr if the key is not in the table.
    const Timing* find(const TableKey& key) const noexcept;
    /// Adds or replaces. @throws InternalError if the time is not finite and > 0, or count < 1
    void set(const TableKey& key, const Timing& timing);
    /// Takes over every entry of `other`; where both have a key, the one of more samples wins, on a tie the present
    /// one. The calibration is kept if `other` brought nothing new, else dropped unless `other` is the only one that
    /// has one.
    /// @param force  mix in spite of different conditions (the present ones are kept). @throws StoreError if they
    /// conflict
    void merge(const LatencyTable& other, bool force = false);

    /// Fit of whole-network times against sums of this table; absent until calibrated.
    std::optional<Calibration> calibration;

private:
    TableConditions conditions_;
    std::map<TableKey, Timing> entries_;
};

}  // namespace hpnas
