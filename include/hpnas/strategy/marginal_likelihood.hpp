#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hpnas/strategy/gaussian_process.hpp"

namespace hpnas {

/// log v ~ N(location, scale^2).
struct LogNormal {
    double location = 0.0;
    double scale = 1.0;

    double mode() const noexcept;
    /// Log density of v = exp(log_value), up to a constant; `slope` is its derivative by log_value.
    double log_density(double log_value, double& slope) const noexcept;
};

/// What is believed of the hyperparameters before data, for features in [0, 1] and standardised observations. The
/// length scales grow with the square root of the number of groups, so that in 41 dimensions distances stay within a
/// few length scales; their spread is narrower than in the source (0.5 instead of sqrt3), because otherwise the twenty
/// results a search begins with pick out a few slots by chance and the others are hardly explored.
/// Source: Hvarfner, Hellsten, Nardi, Vanilla Bayesian optimization performs great in high dimensions, ICML 2024.
struct GpPrior {
    LogNormal lengthscale, signal_variance, noise_variance;

    static GpPrior for_groups(std::size_t groups) noexcept;
    GpHyperparameters mode(std::size_t groups) const;
};

/// Observations y of rows x whose features belong to groups.
struct GpData {
    std::vector<std::size_t> group;  ///< [features]
    std::size_t groups = 0;
    Rows x;                 ///< [n, features]
    std::vector<double> y;  ///< [n]
};

/// -(log marginal likelihood + log prior) as a function of theta = [log lengthscale..., log signal variance, log noise
/// variance], with the constant mean at its generalised least-squares value. Infinite where the kernel matrix is not
/// positive definite. Cost n^3 + n^2 features.
class NegativeLogPosterior {
public:
    /// Keeps references. @throws InternalError if there are no data.
    NegativeLogPosterior(const GpData& data, const GpPrior& prior);

    double operator()(std::span<const double> theta, std::span<double> gradient) const;
    /// The hyperparameters that theta stands for, the mean included.
    GpHyperparameters parameters(std::span<const double> theta) const;
    static std::vector<double> theta(const GpHyperparameters& parameters);

private:
    const GpData* data_;
    const GpPrior* prior_;
};

struct GpFitOptions {
    std::size_t max_points = 500;  ///< more data: an evenly strided subset is used
    std::size_t max_iterations = 60;
    std::size_t restarts = 2;  ///< random starts besides `start` and the prior's mode
    std::uint64_t seed = 0;
};

/// The hyperparameters of highest posterior density that L-BFGS finds from several starts. Deterministic.
/// @param start  a first start, e.g. the last fit; nullptr: none
GpHyperparameters fit_hyperparameters(const GpData& data, const GpPrior& prior, const GpFitOptions& options,
                                      const GpHyperparameters* start = nullptr);

}  // namespace hpnas
