#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hpnas/sched/screening.hpp"
#include "hpnas/search/encoding.hpp"

namespace hpnas {

/// Keeps the `capacity` different encodings of smallest key among all that are offered. What it holds depends on the
/// set of offers alone, not on their order, so parts gathered by threads and ranks merge into what one of them would
/// have found. Memory: capacity encodings.
class Reservoir {
public:
    explicit Reservoir(std::size_t capacity) : capacity_(capacity) {}

    /// False if an offer of this key would surely be turned down: saves making the survivor.
    bool wants(std::uint64_t key) const noexcept { return by_key_.size() < capacity_ || key <= threshold_; }
    void offer(const Survivor& survivor);
    /// By ascending key.
    std::vector<Survivor> survivors() const;

private:
    using Order = std::pair<std::uint64_t, std::uint64_t>;  // key, then sample: keys may collide
    std::size_t capacity_;
    std::uint64_t threshold_ = 0;  // largest key held
    std::map<Order, Survivor> by_key_;
    std::unordered_map<Encoding, Order, EncodingHash> order_of_;
};

/// The survivors of one latency bucket under a rule.
class BucketReservoir {
public:
    BucketReservoir(LatencyBucket bucket, std::size_t capacity, SurvivorRule rule);

    bool covers(double latency_ms) const noexcept {
        return latency_ms >= bucket_.lower_ms && latency_ms < bucket_.upper_ms;
    }
    /// @param latency_ms  must be covered
    bool wants(double latency_ms, std::uint64_t key) const noexcept;
    void offer(const Survivor& survivor);
    /// At most `capacity`, by ascending key.
    std::vector<Survivor> survivors() const;
    /// What must be offered to another reservoir of the same bucket to merge this one into it.
    std::vector<Survivor> held() const;

private:
    std::size_t stratum(double latency_ms) const noexcept;

    LatencyBucket bucket_;
    std::size_t capacity_;
    Reservoir uniform_;
    std::vector<std::optional<Survivor>> strata_;  // [capacity], or empty under the uniform rule
};

}  // namespace hpnas
