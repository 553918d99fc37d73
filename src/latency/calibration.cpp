#include "hpnas/latency/calibration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/linalg/statistics.hpp"

namespace hpnas {
namespace {

/// The line through the origin whose relative residuals have median zero.
double proportional_slope(std::span<const double> sums, std::span<const double> measured) {
    std::vector<double> slopes(sums.size());
    std::transform(sums.begin(), sums.end(), measured.begin(), slopes.begin(),
                   [](double x, double y) { return y / x; });
    return median(slopes);
}

Calibration fit_offset(std::span<const double> sums, std::span<const double> measured) {
    std::vector<double> differences(sums.size());
    std::transform(sums.begin(), sums.end(), measured.begin(), differences.begin(),
                   [](double x, double y) { return y - x; });
    return {.offset_ms = median(differences), .slope = 1};
}

Calibration fit_linear(std::span<const double> sums, std::span<const double> measured) {
    const auto [low, high] = std::minmax_element(sums.begin(), sums.end());
    if (sums.size() >= 2 && *low < *high) {
        const Line line = robust_line(sums, measured);
        if (line.slope > 0) return {.offset_ms = line.offset, .slope = line.slope};
    }
    return {.offset_ms = 0, .slope = proportional_slope(sums, measured)};
}

}  // namespace

double Calibration::operator()(double sum_ms) const noexcept {
    const double proportional = slope * sum_ms;
    return std::max(offset_ms + proportional, 0.5 * proportional);
}

Calibration fit_calibration(const std::string& kind, std::span<const double> sums, std::span<const double> measured) {
    if (kind == "none") return {};
    const auto positive = [](double x) { return x > 0; };
    if (sums.size() != measured.size() || sums.empty() || !std::all_of(sums.begin(), sums.end(), positive) ||
        !std::all_of(measured.begin(), measured.end(), positive))
        throw InternalError("fit_calibration: expected as many sums as measured times, all > 0");
    Calibration fit;
    if (kind == "offset")
        fit = fit_offset(sums, measured);
    else if (kind == "linear")
        fit = fit_linear(sums, measured);
    else
        throw ConfigError(fmt::format("calibration: expected none, offset or linear, got '{}'", kind));
    fit.kind = kind;
    fit.count = static_cast<std::int64_t>(sums.size());
    return fit;
}

}  // namespace hpnas
