#include "hpnas/eval/candidate_filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/core/hash.hpp"

namespace hpnas {

CandidateFilter::CandidateFilter(const SearchSpace& space, const CandidateLimits& limits,
                                 std::function<double(const Network&)> latency_ms)
    : space_(space),
      limits_(limited_quantities(limits, space)),
      bounds_latency_(limits.bounds_latency()),
      latency_ms_(std::move(latency_ms)),
      broken_(2 * limits_.size() + 1, 0),
      ranges_(limits_.size()) {}

bool CandidateFilter::active() const noexcept {
    return std::any_of(limits_.begin(), limits_.end(), [](const LimitedQuantity& q) { return q.bounded(); });
}

bool CandidateFilter::admits(const Encoding& x) {
    if (!active()) return true;
    const auto [slot, fresh] = known_.try_emplace(x, false);
    if (fresh) slot->second = judge(x);
    return slot->second;
}

bool CandidateFilter::judge(const Encoding& x) {
    CandidateCost cost;
    try {
        const Network network = space_.decode(x);
        cost = candidate_cost(network, space_.count(x));
        if (latency_ms_ && bounds_latency_) cost.latency_ms = latency_ms_(network);
    } catch (const ShapeError&) {
        ++broken_.back();
        return false;
    } catch (const EncodingError&) {
        ++broken_.back();
        return false;
    }
    const std::vector<double> values = limited_values(cost);
    for (std::size_t i = 0; i < ranges_.size(); ++i) {
        if (std::isnan(values[i])) continue;
        ranges_[i] = {std::min(ranges_[i].lowest, values[i]), std::max(ranges_[i].highest, values[i])};
    }
    const auto broken = broken_limit(limits_, cost);
    if (broken) ++broken_[2 * broken->quantity + (broken->above ? 1 : 0)];
    return !broken;
}

std::vector<Encoding> CandidateFilter::sample(std::size_t n, std::uint64_t seed, std::size_t tries) {
    std::vector<Encoding> found;
    std::unordered_map<Encoding, bool, EncodingHash> taken;
    Rng rng(seed, Purpose::score, hash64("random networks"));
    std::size_t misses = 0;
    while (found.size() < n && misses < tries) {
        Encoding x = space_.sample(rng);
        if (!admits(x) || !taken.try_emplace(x, true).second) {
            ++misses;
            continue;
        }
        found.push_back(std::move(x));
        misses = 0;
    }
    if (found.empty())
        throw ConfigError(fmt::format("objective.limits: none of {} random networks keeps the limits; {}. Seen: {}",
                                      tries, summary(), ranges()));
    return found;
}

std::string CandidateFilter::bound_text(std::size_t bound) const {
    if (bound + 1 == broken_.size()) return "no network";
    const LimitedQuantity& quantity = limits_[bound / 2];
    const bool above = bound % 2 == 1;
    return fmt::format("{} {} {:.6g}{}", quantity.name, above ? "above" : "below", above ? quantity.high : quantity.low,
                       quantity.unit);
}

std::vector<CandidateFilter::Rejections> CandidateFilter::rejections() const {
    std::vector<Rejections> list;
    for (std::size_t bound = 0; bound < broken_.size(); ++bound)
        if (broken_[bound] > 0) list.push_back({bound_text(bound), broken_[bound]});
    std::stable_sort(list.begin(), list.end(),
                     [](const Rejections& a, const Rejections& b) { return a.count > b.count; });
    return list;
}

std::string CandidateFilter::summary() const {
    std::int64_t total = 0;
    std::string reasons;
    for (const Rejections& rejection : rejections()) {
        total += rejection.count;
        reasons += fmt::format("{}{}: {}", reasons.empty() ? "" : ", ", rejection.reason, rejection.count);
    }
    if (total == 0) return "";
    return fmt::format("rejected before evaluation: {} of {} networks considered ({})", total, seen(), reasons);
}

std::string CandidateFilter::ranges() const {
    std::string text;
    for (std::size_t i = 0; i < ranges_.size(); ++i) {
        if (ranges_[i].lowest > ranges_[i].highest) continue;
        text += fmt::format("{}{} {:.6g} to {:.6g}{}", text.empty() ? "" : ", ", limits_[i].name, ranges_[i].lowest,
                            ranges_[i].highest, limits_[i].unit);
    }
    return text.empty() ? "no network" : text;
}

}  // namespace hpnas
