#include "hpnas/search/hypervolume.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

using Points = std::vector<ObjectivePoint>;

void check_size(const ObjectivePoint& point, const ObjectivePoint& reference) {
    if (reference.empty() || point.size() != reference.size())
        throw InternalError(
            fmt::format("hypervolume: expected {} objectives (at least 1), got {}", reference.size(), point.size()));
}

bool beats(const ObjectivePoint& point, const ObjectivePoint& reference) {
    return std::equal(point.begin(), point.end(), reference.begin(), [](double a, double b) { return a < b; });
}

/// a is nowhere worse than b.
bool covers(const ObjectivePoint& a, const ObjectivePoint& b) {
    return std::equal(a.begin(), a.end(), b.begin(), [](double x, double y) { return x <= y; });
}

double box_volume(const ObjectivePoint& point, const ObjectivePoint& reference) {
    double volume = 1;
    for (std::size_t k = 0; k < point.size(); ++k) volume *= reference[k] - point[k];
    return volume;
}

/// Leaves one copy of each point that no other covers. The covered ones go first where the best are tried first.
Points without_covered(Points points) {
    std::sort(points.begin(), points.end());
    Points kept;
    for (ObjectivePoint& point : points) {
        // In lexicographic order nothing that comes later covers an earlier, different point.
        if (std::none_of(kept.begin(), kept.end(), [&](const ObjectivePoint& k) { return covers(k, point); }))
            kept.push_back(std::move(point));
    }
    return kept;
}

/// @param front  as without_covered gives it, each point beating the reference
double staircase_area(const Points& front, const ObjectivePoint& reference) {
    double area = 0;
    double top = reference[1];
    for (const ObjectivePoint& point : front) {
        area += (reference[0] - point[0]) * (top - point[1]);
        top = point[1];
    }
    return area;
}

double volume_of(const Points& front, const ObjectivePoint& reference);

/// The box of `point` less what `others` cover of it: their parts within the box are points again, most of them covered
/// by each other.
double exclusive_volume(const ObjectivePoint& point, std::span<const ObjectivePoint> others,
                        const ObjectivePoint& reference) {
    Points limited(others.begin(), others.end());
    for (ObjectivePoint& other : limited)
        for (std::size_t k = 0; k < point.size(); ++k) other[k] = std::max(other[k], point[k]);
    return box_volume(point, reference) - volume_of(without_covered(std::move(limited)), reference);
}

double volume_of(const Points& front, const ObjectivePoint& reference) {
    if (front.empty()) return 0;
    if (reference.size() == 1) return reference[0] - front.front()[0];
    if (reference.size() == 2) return staircase_area(front, reference);
    double volume = 0;
    for (std::size_t i = 0; i < front.size(); ++i)
        volume += exclusive_volume(front[i], std::span(front).subspan(i + 1), reference);
    return volume;
}

Points beating(std::span<const ObjectivePoint> points, const ObjectivePoint& reference) {
    Points result;
    for (const ObjectivePoint& point : points) {
        check_size(point, reference);
        if (beats(point, reference)) result.push_back(point);
    }
    return result;
}

struct Range {
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    void include(double value) {
        low = std::min(low, value);
        high = std::max(high, value);
    }
    double width() const { return high - low; }
};

}  // namespace

double hypervolume(std::span<const ObjectivePoint> points, const ObjectivePoint& reference) {
    return volume_of(without_covered(beating(points, reference)), reference);
}

double hypervolume_gain(const ObjectivePoint& point, std::span<const ObjectivePoint> points,
                        const ObjectivePoint& reference) {
    check_size(point, reference);
    const Points others = beating(points, reference);
    if (!beats(point, reference)) return 0;
    if (std::any_of(others.begin(), others.end(), [&](const ObjectivePoint& other) { return covers(other, point); }))
        return 0;
    return exclusive_volume(point, others, reference);
}

double ObjectiveBox::volume() const noexcept { return box_volume(ideal, reference); }

ObjectiveBox normalising_box(std::span<const ObjectivePoint> points) {
    Points finite;
    for (const ObjectivePoint& point : points)
        if (std::all_of(point.begin(), point.end(), [](double v) { return std::isfinite(v); })) finite.push_back(point);
    if (finite.empty()) throw InternalError("normalising box: expected at least one finite point, got none");
    const std::size_t n_objectives = finite.front().size();
    const std::vector<std::size_t> front = pareto_front(finite, std::vector<bool>(n_objectives, false));
    ObjectiveBox box;
    for (std::size_t k = 0; k < n_objectives; ++k) {
        Range of_front, of_all;
        for (const std::size_t i : front) of_front.include(finite[i][k]);
        for (const ObjectivePoint& point : finite) of_all.include(point[k]);
        double width = of_front.width() > 0 ? of_front.width() : of_all.width();
        if (!(width > 0)) width = 1;
        box.ideal.push_back(of_front.low);
        box.reference.push_back(of_front.low + 1.1 * width);
    }
    return box;
}

}  // namespace hpnas
