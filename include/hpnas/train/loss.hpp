#pragma once
#include <cstdint>
#include <span>

#include "hpnas/data/batch_loader.hpp"

namespace hpnas {

/// Target distribution of each row: share w on the row's label and 1 - w on its mixup partner's, all of it smoothed:
/// (1 - smoothing) * that + smoothing / classes. @param targets [batch, classes], written
void make_targets(const BatchLabels& labels, double smoothing, std::int64_t n_classes, std::span<float> targets);

/// Sum in index order, in double: the same for any number of threads.
double ordered_sum(std::span<const float> values) noexcept;

}  // namespace hpnas
