#include "hpnas/strategy/expected_improvement.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace hpnas {
namespace {

constexpr double log_sqrt_2pi = 0.91893853320467274178;

/// pdf(z) + z cdf(z), directly; cancels for very negative z.
double improvement(double z) noexcept {
    return std::exp(-0.5 * z * z - log_sqrt_2pi) + 0.5 * z * std::erfc(-z / std::numbers::sqrt2);
}

/// log(pdf(z) + z cdf(z)) for z <= -3: cdf's continued fraction (Laplace), cdf(z) = pdf(z) / (t + 1/(t + 2/(t + ...))),
/// t = -z, gives pdf * (1 - t / (t + f)) = pdf * f / (t + f) with f = 1/(t + 2/(t + 3/...)), all terms positive.
double log_improvement_tail(double z) noexcept {
    const double t = -z;
    constexpr int terms = 40;
    double f = 0.0;
    for (int k = terms; k >= 1; --k) f = k / (t + f);
    return -0.5 * z * z - log_sqrt_2pi + std::log(f) - std::log(t + f);
}

}  // namespace

double expected_improvement(double mean, double sigma, double best) noexcept {
    if (!(sigma > 0.0)) return std::max(best - mean, 0.0);
    return std::max(sigma * improvement((best - mean) / sigma), 0.0);
}

double log_expected_improvement(double mean, double sigma, double best) noexcept {
    if (!(sigma > 0.0)) return best > mean ? std::log(best - mean) : -std::numeric_limits<double>::infinity();
    const double z = (best - mean) / sigma;
    constexpr double tail = -3.0;  // above, the cancellation loses less than three digits
    return std::log(sigma) + (z > tail ? std::log(improvement(z)) : log_improvement_tail(z));
}

}  // namespace hpnas
