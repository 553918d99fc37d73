#include "hpnas/search/non_dominated_sort.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace hpnas {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Adds one objective's share of the distances.
void add_gaps(std::span<const ObjectivePoint> points, std::span<const std::size_t> layer, std::size_t objective,
              std::vector<double>& distances) {
    const auto value = [&](std::size_t i) { return points[layer[i]][objective]; };
    std::vector<std::size_t> order(layer.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return value(a) < value(b); });
    const double range = value(order.back()) - value(order.front());
    if (!(range > 0)) return;
    distances[order.front()] = distances[order.back()] = infinity;
    for (std::size_t i = 1; i + 1 < order.size(); ++i)
        distances[order[i]] += (value(order[i + 1]) - value(order[i - 1])) / range;
}

}  // namespace

std::vector<std::vector<std::size_t>> non_dominated_sort(std::span<const ObjectivePoint> points) {
    const std::vector<bool> minimise(points.empty() ? 0 : points.front().size(), false);
    std::vector<std::vector<std::size_t>> beaten(points.size());  // whom each point dominates
    std::vector<std::size_t> n_better(points.size(), 0);          // how many dominate it
    for (std::size_t i = 0; i < points.size(); ++i)
        for (std::size_t j = 0; j < points.size(); ++j)
            if (dominates(points[i], points[j], minimise)) {
                beaten[i].push_back(j);
                ++n_better[j];
            }
    std::vector<std::size_t> layer;
    for (std::size_t i = 0; i < points.size(); ++i)
        if (n_better[i] == 0) layer.push_back(i);
    std::vector<std::vector<std::size_t>> layers;
    while (!layer.empty()) {
        std::vector<std::size_t> next;
        for (const std::size_t i : layer)
            for (const std::size_t j : beaten[i])
                if (--n_better[j] == 0) next.push_back(j);
        std::sort(next.begin(), next.end());
        layers.push_back(std::move(layer));
        layer = std::move(next);
    }
    return layers;
}

std::vector<double> crowding_distances(std::span<const ObjectivePoint> points, std::span<const std::size_t> layer) {
    std::vector<double> distances(layer.size(), 0.0);
    if (layer.empty()) return distances;
    for (std::size_t k = 0; k < points[layer.front()].size(); ++k) add_gaps(points, layer, k, distances);
    return distances;
}

}  // namespace hpnas
