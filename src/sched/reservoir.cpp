#include "hpnas/sched/reservoir.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_set>

namespace hpnas {
namespace {

bool before(const Survivor& a, const Survivor& b) noexcept {
    return std::tie(a.key, a.sample) < std::tie(b.key, b.sample);
}

}  // namespace

void Reservoir::offer(const Survivor& survivor) {
    if (capacity_ == 0 || !wants(survivor.key)) return;
    const Order order{survivor.key, survivor.sample};
    if (const auto known = order_of_.find(survivor.encoding); known != order_of_.end()) {
        if (known->second <= order) return;
        by_key_.erase(known->second);
        order_of_.erase(known);
    }
    by_key_.emplace(order, survivor);
    order_of_.emplace(survivor.encoding, order);
    if (by_key_.size() > capacity_) {
        const auto last = std::prev(by_key_.end());
        order_of_.erase(last->second.encoding);
        by_key_.erase(last);
    }
    threshold_ = by_key_.rbegin()->first.first;
}

std::vector<Survivor> Reservoir::survivors() const {
    std::vector<Survivor> all;
    all.reserve(by_key_.size());
    for (const auto& [order, survivor] : by_key_) all.push_back(survivor);
    return all;
}

BucketReservoir::BucketReservoir(LatencyBucket bucket, std::size_t capacity, SurvivorRule rule)
    : bucket_(bucket), capacity_(capacity), uniform_(capacity), strata_(rule == SurvivorRule::spread ? capacity : 0) {}

std::size_t BucketReservoir::stratum(double latency_ms) const noexcept {
    const double u = (latency_ms - bucket_.lower_ms) / (bucket_.upper_ms - bucket_.lower_ms);
    return std::min(static_cast<std::size_t>(u * static_cast<double>(capacity_)), capacity_ - 1);
}

bool BucketReservoir::wants(double latency_ms, std::uint64_t key) const noexcept {
    if (uniform_.wants(key)) return true;
    if (strata_.empty()) return false;
    const auto& held = strata_[stratum(latency_ms)];
    return !held || key <= held->key;
}

void BucketReservoir::offer(const Survivor& survivor) {
    uniform_.offer(survivor);
    if (strata_.empty()) return;
    auto& held = strata_[stratum(survivor.latency_ms)];
    if (!held || before(survivor, *held)) held = survivor;
}

std::vector<Survivor> BucketReservoir::held() const {
    std::vector<Survivor> all = uniform_.survivors();
    for (const auto& survivor : strata_)
        if (survivor) all.push_back(*survivor);
    return all;
}

std::vector<Survivor> BucketReservoir::survivors() const {
    if (strata_.empty()) return uniform_.survivors();
    std::vector<Survivor> chosen;
    std::unordered_set<Encoding, EncodingHash> taken;
    const auto take = [&](const Survivor& survivor) {
        if (chosen.size() < capacity_ && taken.insert(survivor.encoding).second) chosen.push_back(survivor);
    };
    for (const auto& survivor : strata_)
        if (survivor) take(*survivor);
    for (const Survivor& survivor : uniform_.survivors()) take(survivor);
    std::sort(chosen.begin(), chosen.end(), before);
    return chosen;
}

}  // namespace hpnas
