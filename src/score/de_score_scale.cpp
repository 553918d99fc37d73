#include "hpnas/score/de_score_scale.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "hpnas/core/error.hpp"
#include "hpnas/linalg/statistics.hpp"

namespace hpnas {
namespace {

constexpr double normal_mad = 1.4826;  // standard deviation / median absolute deviation of a normal distribution

double deviation_of(std::span<const double> values) {
    double mean = 0, squares = 0;
    for (const double value : values) mean += value / static_cast<double>(values.size());
    for (const double value : values) squares += (value - mean) * (value - mean);
    return std::sqrt(squares / static_cast<double>(values.size()));
}

}  // namespace

DeScoreScale::DeScoreScale(std::span<const double> values) {
    for (const double value : values)
        if (!std::isnan(value)) sorted_.push_back(value);
    if (sorted_.empty()) throw InternalError("score scale: expected at least one value");
    std::sort(sorted_.begin(), sorted_.end());
    centre_ = median(sorted_);
    std::vector<double> distances;
    for (const double value : sorted_) distances.push_back(std::abs(value - centre_));
    spread_ = normal_mad * median(distances);
    // Rounding must not pass for a spread where all values are equal.
    const double least = 1e-12 * std::max(std::abs(sorted_.front()), std::abs(sorted_.back()));
    if (spread_ <= least) spread_ = deviation_of(sorted_);
    if (spread_ <= least) spread_ = 0;
}

double DeScoreScale::standardised(double value) const noexcept {
    if (std::isnan(value)) return value;
    return spread_ == 0 ? 0 : (value - centre_) / spread_;
}

double DeScoreScale::rank(double value) const noexcept {
    const auto n = static_cast<double>(sorted_.size());
    const double unit = spread_ == 0 ? 1 : spread_;
    const auto first = std::lower_bound(sorted_.begin(), sorted_.end(), value);
    const auto end = std::upper_bound(first, sorted_.end(), value);
    if (first == sorted_.end()) return n + (value - sorted_.back()) / unit;
    if (first == sorted_.begin() && end == first) return 1 / (1 + (sorted_.front() - value) / unit);
    const auto below = static_cast<double>(first - sorted_.begin());
    if (end != first) return below + 0.5 * static_cast<double>(1 + (end - first));
    const double low = *(first - 1), high = *first;
    return below + (value - low) / (high - low);
}

double DeScoreScale::log_rank(double value) const noexcept {
    if (std::isnan(value)) return value;
    return sorted_.empty() ? 0 : std::log(rank(value) / static_cast<double>(sorted_.size()));
}

}  // namespace hpnas
