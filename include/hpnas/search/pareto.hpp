#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace hpnas {

/// Objective values of one candidate.
using ObjectivePoint = std::vector<double>;

/// True if a is nowhere worse than b and somewhere better. A NaN is worse than every number.
/// @param maximise  [size of a]; true: larger is better
bool dominates(const ObjectivePoint& a, const ObjectivePoint& b, const std::vector<bool>& maximise);

/// Indices of the points that no other point dominates, ascending. Equal points are all kept; points with a NaN never
/// are. Cost: n log n for two objectives, n^2 otherwise.
/// @throws InternalError if a point's length differs from the flags'.
std::vector<std::size_t> pareto_front(std::span<const ObjectivePoint> points, const std::vector<bool>& maximise);

}  // namespace hpnas
