#include "hpnas/strategy/robust_targets.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hpnas {
namespace {

/// Above this a value is a failure, and squares do not overflow below.
constexpr double absurd = 1e100;

double outlier_limit(std::vector<double> present) {
    std::sort(present.begin(), present.end());
    const double median = present[(present.size() - 1) / 2];
    return median + 5.0 * (median - present.front());
}

struct Moments {
    double mean, deviation;
};

Moments moments(const std::vector<double>& values) {
    double sum = 0.0, squares = 0.0;
    for (const double v : values) sum += v;
    const double mean = sum / static_cast<double>(values.size());
    for (const double v : values) squares += (v - mean) * (v - mean);
    const double deviation = std::sqrt(squares / static_cast<double>(values.size()));
    // Equal values differ by rounding of the mean only: no scale to divide by.
    return {mean, deviation > 1e-12 * std::abs(mean) ? deviation : 1.0};
}

}  // namespace

std::vector<double> robust_targets(std::span<const std::optional<double>> values) {
    std::vector<double> present;
    for (const auto& v : values)
        if (v && std::abs(*v) < absurd) present.push_back(*v);
    if (present.empty()) return std::vector<double>(values.size(), 0.0);
    const double limit = outlier_limit(present);
    std::erase_if(present, [&](double v) { return v > limit; });
    const auto [mean, deviation] = moments(present);
    const double worst = std::max((*std::max_element(present.begin(), present.end()) - mean) / deviation, 1.0);
    std::vector<double> targets;
    targets.reserve(values.size());
    for (const auto& v : values)
        targets.push_back(v && std::abs(*v) < absurd && *v <= limit ? (*v - mean) / deviation : worst);
    return targets;
}

}  // namespace hpnas
