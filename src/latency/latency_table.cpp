#include "hpnas/latency/latency_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hpnas/core/error.hpp"

namespace hpnas {

bool operator<(const TableKey& a, const TableKey& b) noexcept {
    if (a.block != b.block) return a.block < b.block;
    return std::lexicographical_compare(a.input.begin(), a.input.end(), b.input.begin(), b.input.end());
}

std::string to_string(const TableKey& key) { return fmt::format("{} on {}", key.block, to_string(key.input)); }

TableKey table_key(const Network& network, const Block& block) { return {block.key, network.input_shape(block)}; }

std::string TableConditions::conflict(const TableConditions& other) const {
    const auto differ = [](std::string_view what, const auto& a, const auto& b) {
        return fmt::format("{}: '{}' against '{}'", what, a, b);
    };
    if (device != other.device) return differ("device", device, other.device);
    if (batch != other.batch) return differ("batch", batch, other.batch);
    if (threads != other.threads) return differ("threads", threads, other.threads);
    if (precision != other.precision) return differ("precision", precision, other.precision);
    return {};
}

const Timing* LatencyTable::find(const TableKey& key) const noexcept {
    const auto it = entries_.find(key);
    return it == entries_.end() ? nullptr : &it->second;
}

void LatencyTable::set(const TableKey& key, const Timing& timing) {
    const bool usable = std::isfinite(timing.median_ms) && timing.median_ms > 0 && timing.count >= 1;
    if (!usable)
        throw InternalError(
            fmt::format("latency table: {}: expected a time > 0 ms of at least one sample, got {} ms of {}",
                        to_string(key), timing.median_ms, timing.count));
    entries_[key] = timing;
}

void LatencyTable::merge(const LatencyTable& other, bool force) {
    const std::string difference = conditions_.conflict(other.conditions_);
    if (!difference.empty() && !force)
        throw StoreError(
            fmt::format("latency tables of different conditions: {}; times of both must not be added up", difference),
            ExitCode::data);
    bool changed = false;
    for (const auto& [key, timing] : other.entries_) {
        const Timing* present = find(key);
        if (present != nullptr && present->count >= timing.count) continue;
        set(key, timing);
        changed = true;
    }
    if (!calibration)
        calibration = other.calibration;
    else if (changed)
        calibration.reset();
}

}  // namespace hpnas
