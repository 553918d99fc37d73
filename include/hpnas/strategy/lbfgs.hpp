#pragma once
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace hpnas {

/// Value at x; writes the gradient [size of x]. May return infinity or NaN: such a point is stepped back from.
using ValueAndGradient = std::function<double(std::span<const double> x, std::span<double> gradient)>;

struct LbfgsOptions {
    std::size_t max_iterations = 100;
    std::size_t memory = 10;           ///< pairs kept
    double gradient_tolerance = 1e-6;  ///< stop when the largest gradient element is below
    double value_tolerance = 1e-9;     ///< stop when an iteration gains less, relative to max(1, |value|)
    double max_step = 2.0;             ///< no coordinate moves further in one iteration
};

struct Minimum {
    std::vector<double> x;
    double value = 0;
    std::size_t iterations = 0;
};

/// A local minimum near `start` by limited-memory BFGS with a backtracking line search; the value never increases.
/// Deterministic.
/// Source: Nocedal, Math. Comp. 35 (1980) 773; line search: Armijo, with the secant pair skipped unless its curvature
/// is positive.
Minimum minimise_lbfgs(const ValueAndGradient& f, std::vector<double> start, const LbfgsOptions& options = {});

}  // namespace hpnas
