#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hpnas/supernet/estimator.hpp"

namespace hpnas {

/// Mean and variance of a stream of vectors, one pass (Welford, Technometrics 4 (1962) 419).
class RunningMoments {
public:
    /// @throws InternalError if the length changes
    void add(std::span<const double> values);
    std::size_t count() const noexcept { return count_; }
    std::span<const double> mean() const noexcept { return mean_; }
    /// Sample variance per element; zero for fewer than two.
    std::vector<double> variance() const;
    /// Sum of variance().
    double total_variance() const;

private:
    std::size_t count_ = 0;
    std::vector<double> mean_, squares_;
};

/// How far a sample mean is from the truth, and how far it would be by chance.
struct Bias {
    double norm = 0;   ///< |mean - exact|
    double noise = 0;  ///< root mean square of that norm without bias: sqrt(total variance / count)
};
Bias bias(const RunningMoments& moments, std::span<const double> exact);

/// Gradients of `count` steps at fixed logits, after `warm_up` steps for moving averages; observe() after every step.
RunningMoments measure_moments(GradientEstimator& estimator, std::span<RelaxedObjective* const> terms,
                               std::span<const double> logits, std::size_t count, std::uint64_t seed,
                               std::size_t warm_up = 0);

}  // namespace hpnas
