#pragma once
#include <cstdint>
#include <span>
#include <string>

namespace hpnas {

/// Maps a sum of block times to the time of the whole network: offset + slope * sum. Blocks alone and blocks in a
/// network differ by what is fused across their border and by what is in the caches (GPUNet's authors saw 75 us too
/// much on a V100).
struct Calibration {
    double offset_ms = 0;
    double slope = 1;        ///< > 0
    std::int64_t count = 0;  ///< networks it was fitted on; 0: the identity
    std::string kind = "none";

    /// > 0 for a sum > 0: where the line would give less than half of slope * sum, that half is returned.
    double operator()(double sum_ms) const noexcept;
};

/// @param kind  none | offset (slope 1, median difference) | linear (robust least squares of relative residuals; falls
/// back to a
///              line through the origin if the slope came out <= 0)
/// @param sums, measured  ms, > 0, equal length; at least 1 (offset) or 2 (linear) different networks
/// @throws ConfigError for an unknown kind, InternalError for unusable data
Calibration fit_calibration(const std::string& kind, std::span<const double> sums, std::span<const double> measured);

}  // namespace hpnas
