#pragma once
#include <optional>
#include <span>

#include "hpnas/latency/linear_surrogate.hpp"
#include "hpnas/latency/table_model.hpp"
#include "hpnas/space/segmentation.hpp"

namespace hpnas {

/// A cost that adds up over the blocks of a network as a function of the one-hot choices: exact at every architecture,
/// offset + sum of the chosen options' costs. Exists if no choice changes the shapes that other blocks see, and within
/// a segment the choices add up; else nothing.
/// @param block_costs  [segmentation.blocks]   @throws InternalError if the size is wrong
std::optional<LinearSurrogate> additive_surrogate(const Segmentation& segmentation, const ChoiceGroups& groups,
                                                  std::span<const double> block_costs);

/// The latency of `table`'s model, calibration included, as such a function (a table is a linear surrogate with fixed
/// coefficients). Differs from TableModel::predict only where a calibration line gives less than half of the sum.
/// @throws StoreError naming the first block that the table lacks
std::optional<LinearSurrogate> table_surrogate(const Segmentation& segmentation, const ChoiceGroups& groups,
                                               const LatencyTable& table);

}  // namespace hpnas
