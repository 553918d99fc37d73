#pragma once
#include <optional>
#include <span>
#include <vector>

namespace hpnas {

/// Observations to minimise, made fit for a Gaussian process: mean 0 and variance 1 over the usual values. A missing
/// one (failed) and one further above the median than five times the way from the minimum to the median (a diverged
/// training) count as the worst usual value, and at least one standard deviation above the mean: bad, but not so bad
/// that the model sees nothing else.
/// @return as many finite values; order is kept among usual values; all zero if none is present
std::vector<double> robust_targets(std::span<const std::optional<double>> values);

}  // namespace hpnas
