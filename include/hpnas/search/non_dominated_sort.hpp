#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "hpnas/search/pareto.hpp"

namespace hpnas {

/// The points in layers, all objectives minimised: layer 0 is the Pareto front, layer k the front of what remains
/// without the layers before it. Indices within a layer ascend. Equal points share a layer; a NaN is worse than every
/// number. Cost: n^2 comparisons.
/// Source: Deb et al., IEEE Trans. Evol. Comput. 6 (2002) 182-197, "fast non-dominated sort".
std::vector<std::vector<std::size_t>> non_dominated_sort(std::span<const ObjectivePoint> points);

/// How lonely each point of one layer is: the sum over the objectives of the gap between its two neighbours along that
/// objective, divided by the layer's range; infinite for the extreme points. An objective in which all are equal adds
/// nothing. Equal points count as neighbours, so that copies of a point are crowded.
/// @param layer  indices into `points`  @return [layer size], in the order of `layer`
/// Source: the same, "crowding distance".
std::vector<double> crowding_distances(std::span<const ObjectivePoint> points, std::span<const std::size_t> layer);

}  // namespace hpnas
