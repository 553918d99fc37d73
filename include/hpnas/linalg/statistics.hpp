#pragma once
#include <span>
#include <vector>

namespace hpnas {

/// Value at probability p of a sample, linear between order statistics (type 7 of Hyndman, Fan, Am. Stat. 50 (1996)
/// 361).
/// @param p  in [0, 1]. NaN for an empty sample.
double quantile(std::span<const double> values, double p);
/// quantile(values, 0.5).
double median(std::span<const double> values);

/// Ranks 1..n; equal values share the mean of their ranks.
std::vector<double> ranks(std::span<const double> values);

/// Linear correlation in [-1, 1]; NaN if fewer than two pairs or a constant sample.
double pearson(std::span<const double> x, std::span<const double> y);
/// Rank correlation: Pearson's of the ranks. NaN as pearson.
double spearman(std::span<const double> x, std::span<const double> y);
/// Kendall's tau-b, corrected for ties. NaN as pearson. Cost n^2.
double kendall(std::span<const double> x, std::span<const double> y);

/// y = offset + slope * x.
struct Line {
    double offset = 0, slope = 1;
    double operator()(double x) const noexcept { return offset + slope * x; }
};

/// Line through (x, y) by iteratively reweighted least squares with Huber's weights (k = 1.345 robust standard
/// deviations), so that a few spoilt points do not turn it. Residuals are relative (divided by y): the line is good in
/// per cent, over decades of y. Source: Huber, Robust Statistics (1981), ch. 7.
/// @param y  > 0
/// @throws InternalError if the sizes differ, or there are fewer than two different x.
Line robust_line(std::span<const double> x, std::span<const double> y);

}  // namespace hpnas
