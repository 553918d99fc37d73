#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace hpnas {

/// Feature vectors of equal width, row after row.
struct Rows {
    std::size_t width = 0;
    std::vector<double> values;  ///< [size, width]

    std::size_t size() const noexcept { return width == 0 ? 0 : values.size() / width; }
    std::span<const double> operator[](std::size_t i) const noexcept { return {values.data() + i * width, width}; }
    void append(std::span<const double> row) { values.insert(values.end(), row.begin(), row.end()); }
};

/// Parameters of k(x, x') = signal_variance * M(r), r^2 = sum_j (x_j - x'_j)^2 / lengthscale[group[j]]^2, with the
/// Matern 5/2 function M(r) = (1 + sqrt5 r + 5 r^2 / 3) exp(-sqrt5 r). Features of one group (a one-hot categorical
/// slot) share a length scale.
struct GpHyperparameters {
    std::vector<double> lengthscale;  ///< [groups] > 0, in units of the features
    double signal_variance = 1.0;     ///< > 0
    double noise_variance = 1e-2;     ///< >= 0, of an observation
    double mean = 0.0;                ///< far from all data
};

/// Gaussian process regression with fixed hyperparameters. Posterior values are of the noise-free function.
/// Single-threaded with the same bits for any number of threads.
/// Source: Rasmussen, Williams, Gaussian Processes for Machine Learning (2006), algorithm 2.1.
class GaussianProcess {
public:
    /// @param group  [features] index of each feature's length scale
    /// @throws InternalError if a group has no length scale.
    GaussianProcess(std::vector<std::size_t> group, GpHyperparameters parameters);

    /// Replaces the data. Cost n^3 / 3. A singular kernel matrix gets the smallest jitter that helps.
    void condition(const Rows& x, std::span<const double> y);
    /// Adds one observation at cost n^2. Same result as conditioning on all.
    /// @param y  nullopt: as if the posterior mean had been observed (a candidate in flight): only the variance changes
    void append(std::span<const double> x, std::optional<double> y);
    /// Posterior mean at the observed points, [size]; cost n^2.
    std::vector<double> fitted() const;

    std::size_t size() const noexcept { return whitened_.size(); }
    const GpHyperparameters& parameters() const noexcept { return parameters_; }
    /// log p(y | x, parameters).
    double log_marginal_likelihood() const;

private:
    friend class TrackedPosterior;
    std::vector<double> scaled(std::span<const double> rows) const;
    void reserve(std::size_t n);

    std::vector<std::size_t> group_;
    GpHyperparameters parameters_;
    std::vector<double> x_;         // [size, features], divided by the length scales
    std::vector<double> factor_;    // lower Cholesky factor of K + noise, row-major with row stride capacity_
    std::vector<double> whitened_;  // [size] L^-1 (y - mean)
    std::size_t capacity_ = 0;
};

/// The posterior at a fixed list of points, kept up to date as observations are appended: each costs n * points instead
/// of n^2 * points. Refers to the process.
class TrackedPosterior {
public:
    TrackedPosterior(const GaussianProcess& process, const Rows& points);

    /// Takes in what was appended since. The process must not have been conditioned anew.
    void update();
    std::span<const double> mean() const noexcept { return mean_; }
    /// >= 0
    std::span<const double> variance() const noexcept { return variance_; }

private:
    const GaussianProcess* process_;
    std::vector<double> points_;    // [points, features], scaled
    std::vector<double> solution_;  // [observations taken in, points]: L^-1 k(X, points)
    std::vector<double> mean_, variance_;
    std::size_t taken_ = 0;
};

}  // namespace hpnas
