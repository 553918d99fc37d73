#include "hpnas/linalg/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

double mean(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

int sign(double value) { return (value > 0) - (value < 0); }

/// Weighted least squares line; the slope's sign is the caller's concern.
Line weighted_line(std::span<const double> x, std::span<const double> y, std::span<const double> weights) {
    double sum = 0, mean_x = 0, mean_y = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        sum += weights[i];
        mean_x += weights[i] * x[i];
        mean_y += weights[i] * y[i];
    }
    mean_x /= sum;
    mean_y /= sum;
    double xx = 0, xy = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        xx += weights[i] * (x[i] - mean_x) * (x[i] - mean_x);
        xy += weights[i] * (x[i] - mean_x) * (y[i] - mean_y);
    }
    const double slope = xy / xx;
    return {mean_y - slope * mean_x, slope};
}

/// Huber weights of relative residuals, times 1 / y^2 which makes the residuals relative.
void update_weights(const Line& line, std::span<const double> x, std::span<const double> y, std::span<double> weights) {
    std::vector<double> residuals(x.size()), sizes(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
        residuals[i] = (y[i] - line(x[i])) / y[i];
        sizes[i] = std::abs(residuals[i]);
    }
    constexpr double normal_consistency = 1.4826;  // median absolute deviation to standard deviation of a normal
    const double bound = std::max(1.345 * normal_consistency * median(sizes), 1e-12);
    for (std::size_t i = 0; i < x.size(); ++i)
        weights[i] = (sizes[i] <= bound ? 1.0 : bound / sizes[i]) / (y[i] * y[i]);
}

}  // namespace

double quantile(std::span<const double> values, double p) {
    if (values.empty()) return nan_value;
    std::vector<double> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    const double position = p * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (position - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

double median(std::span<const double> values) { return quantile(values, 0.5); }

std::vector<double> ranks(std::span<const double> values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    std::vector<double> result(values.size());
    for (std::size_t first = 0; first < order.size();) {
        std::size_t last = first;
        while (last + 1 < order.size() && values[order[last + 1]] == values[order[first]]) ++last;
        for (std::size_t i = first; i <= last; ++i) result[order[i]] = 1.0 + 0.5 * static_cast<double>(first + last);
        first = last + 1;
    }
    return result;
}

double pearson(std::span<const double> x, std::span<const double> y) {
    if (x.size() != y.size()) throw InternalError("pearson: samples of different size");
    if (x.size() < 2) return nan_value;
    const double mean_x = mean(x), mean_y = mean(y);
    double xx = 0, yy = 0, xy = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        xx += (x[i] - mean_x) * (x[i] - mean_x);
        yy += (y[i] - mean_y) * (y[i] - mean_y);
        xy += (x[i] - mean_x) * (y[i] - mean_y);
    }
    return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : nan_value;
}

double spearman(std::span<const double> x, std::span<const double> y) { return pearson(ranks(x), ranks(y)); }

double kendall(std::span<const double> x, std::span<const double> y) {
    if (x.size() != y.size()) throw InternalError("kendall: samples of different size");
    double score = 0, untied_x = 0, untied_y = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
            const int a = sign(x[i] - x[j]), b = sign(y[i] - y[j]);
            score += a * b;
            untied_x += a != 0;
            untied_y += b != 0;
        }
    return untied_x > 0 && untied_y > 0 ? score / std::sqrt(untied_x * untied_y) : nan_value;
}

Line robust_line(std::span<const double> x, std::span<const double> y) {
    if (x.size() != y.size()) throw InternalError("robust_line: samples of different size");
    const auto [low, high] = std::minmax_element(x.begin(), x.end());
    if (x.size() < 2 || *low == *high) throw InternalError("robust_line: needs at least two different x");
    std::vector<double> weights(x.size());
    for (std::size_t i = 0; i < y.size(); ++i) {
        if (!(y[i] > 0)) throw InternalError("robust_line: y must be positive");
        weights[i] = 1.0 / (y[i] * y[i]);
    }
    Line line = weighted_line(x, y, weights);
    constexpr int iterations =
        30;  // Huber's weights converge linearly; 30 leave < 1e-6 of the first correction in practice
    for (int i = 0; i < iterations; ++i) {
        update_weights(line, x, y, weights);
        line = weighted_line(x, y, weights);
    }
    return line;
}

}  // namespace hpnas
