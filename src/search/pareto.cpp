#include "hpnas/search/pareto.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

bool has_nan(const ObjectivePoint& p) {
    return std::any_of(p.begin(), p.end(), [](double v) { return std::isnan(v); });
}

/// As a value to minimise, NaN last.
double cost(double value, bool maximise) noexcept {
    if (std::isnan(value)) return std::numeric_limits<double>::infinity();
    return maximise ? -value : value;
}

std::vector<std::size_t> front_by_pairs(std::span<const ObjectivePoint> points, const std::vector<bool>& maximise) {
    std::vector<std::size_t> front;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (has_nan(points[i])) continue;
        const bool dominated = std::any_of(points.begin(), points.end(), [&](const ObjectivePoint& other) {
            return dominates(other, points[i], maximise);
        });
        if (!dominated) front.push_back(i);
    }
    return front;
}

/// Sweep along the first objective: a point survives if it beats every earlier second objective, or equals the
/// survivor.
std::vector<std::size_t> front_by_sweep(std::span<const ObjectivePoint> points, const std::vector<bool>& maximise) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < points.size(); ++i)
        if (!has_nan(points[i])) order.push_back(i);
    const auto key = [&](std::size_t i) {
        return std::pair{cost(points[i][0], maximise[0]), cost(points[i][1], maximise[1])};
    };
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    std::vector<std::size_t> front;
    for (const std::size_t i : order)
        if (front.empty() || key(i).second < key(front.back()).second || key(i) == key(front.back()))
            front.push_back(i);
    std::sort(front.begin(), front.end());
    return front;
}

}  // namespace

bool dominates(const ObjectivePoint& a, const ObjectivePoint& b, const std::vector<bool>& maximise) {
    bool better = false;
    for (std::size_t k = 0; k < a.size(); ++k) {
        const double cost_a = cost(a[k], maximise[k]);
        const double cost_b = cost(b[k], maximise[k]);
        if (cost_a > cost_b) return false;
        better = better || cost_a < cost_b;
    }
    return better;
}

std::vector<std::size_t> pareto_front(std::span<const ObjectivePoint> points, const std::vector<bool>& maximise) {
    for (const ObjectivePoint& point : points)
        if (point.size() != maximise.size())
            throw InternalError(
                fmt::format("pareto_front: expected {} objectives, got {}", maximise.size(), point.size()));
    return maximise.size() == 2 ? front_by_sweep(points, maximise) : front_by_pairs(points, maximise);
}

}  // namespace hpnas
