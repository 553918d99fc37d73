#include "hpnas/strategy/marginal_likelihood.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "hpnas/core/error.hpp"
#include "hpnas/core/rng.hpp"
#include "hpnas/strategy/lbfgs.hpp"
#include "matern.hpp"

namespace hpnas {
namespace {

using Vector = Eigen::VectorXd;

Vector as_vector(std::span<const double> v) { return Eigen::Map<const Vector>(v.data(), eigen_index(v.size())); }

/// Everything of the model at one theta that value, gradient and mean share.
struct Model {
    RowMatrix x;       // scaled features
    Matrix distances;  // sqrt(5) r
    Matrix kernel;     // without noise
    Eigen::LLT<Matrix> factor;
    double mean = 0.0;
    Vector alpha;  // (K + noise)^-1 (y - mean)
    double signal = 0.0, noise = 0.0;

    Model(const GpData& data, std::span<const double> theta)
        : signal(std::exp(theta[data.groups])), noise(std::exp(theta[data.groups + 1])) {
        x = as_rows(data.x.values, data.group.size());
        for (std::size_t j = 0; j < data.group.size(); ++j) x.col(eigen_index(j)) *= std::exp(-theta[data.group[j]]);
        distances = root5_distances(x, x);
        distances.diagonal().setZero();
        kernel = signal * matern52(distances);
        Matrix noisy = kernel;
        noisy.diagonal().array() += noise;
        factor.compute(noisy);
        if (!valid()) return;
        const Vector y = as_vector(data.y);
        const Vector ones = factor.solve(Vector::Ones(y.size()));
        mean = y.dot(ones) / ones.sum();
        alpha = factor.solve(y) - mean * ones;
    }

    bool valid() const { return factor.info() == Eigen::Success; }

    double log_likelihood(const GpData& data) const {
        const Vector residual = as_vector(data.y).array() - mean;
        const double log_determinant = 2.0 * factor.matrixLLT().diagonal().array().log().sum();
        return -0.5 * (residual.dot(alpha) + log_determinant +
                       static_cast<double>(data.y.size()) * std::log(2.0 * std::numbers::pi));
    }

    /// d log likelihood / d theta = tr((alpha alpha^T - K^-1) dK) / 2. The mean needs no term: it is a stationary
    /// point.
    void gradient(const GpData& data, std::span<double> out) const {
        Matrix weight = -factor.solve(Matrix::Identity(kernel.rows(), kernel.cols()));
        weight.noalias() += alpha * alpha.transpose();
        out[data.groups] = 0.5 * weight.cwiseProduct(kernel).sum();
        out[data.groups + 1] = 0.5 * noise * weight.trace();
        // dM / dlog l_g = (5/3) (1 + s) exp(-s) * sum over the group of squared scaled differences.
        weight.array() *= (signal * 5.0 / 3.0) * (1.0 + distances.array()) * (-distances.array()).exp();
        // sum_ij W_ij (x_i - x_j)^2 = 2 (sum_i W_i. x_i^2 - x^T W x) for symmetric W.
        const Vector total = weight.rowwise().sum();
        const Matrix product = weight * x;
        std::fill_n(out.begin(), data.groups, 0.0);
        for (std::size_t j = 0; j < data.group.size(); ++j) {
            const auto column = x.col(eigen_index(j));
            out[data.group[j]] += total.dot(column.cwiseAbs2()) - column.dot(product.col(eigen_index(j)));
        }
    }
};

GpData strided(const GpData& data, std::size_t max_points) {
    GpData subset{data.group, data.groups, {data.x.width, {}}, {}};
    const std::size_t n = data.y.size();
    for (std::size_t i = 0; i < max_points; ++i) {
        const std::size_t k = i * n / max_points;
        subset.x.append(data.x[k]);
        subset.y.push_back(data.y[k]);
    }
    return subset;
}

}  // namespace

double LogNormal::mode() const noexcept { return std::exp(location - scale * scale); }

double LogNormal::log_density(double log_value, double& slope) const noexcept {
    const double z = (log_value - location) / scale;
    slope = -z / scale - 1.0;
    return -0.5 * z * z - log_value;
}

GpPrior GpPrior::for_groups(std::size_t groups) noexcept {
    const double dimension = static_cast<double>(std::max<std::size_t>(groups, 1));
    return {{0.5 + 0.5 * std::log(dimension), 0.5}, {1.0, 1.0}, {-4.0, 1.0}};
}

GpHyperparameters GpPrior::mode(std::size_t groups) const {
    return {std::vector<double>(groups, lengthscale.mode()), signal_variance.mode(), noise_variance.mode(), 0.0};
}

NegativeLogPosterior::NegativeLogPosterior(const GpData& data, const GpPrior& prior) : data_(&data), prior_(&prior) {
    if (data.y.empty() || data.x.size() != data.y.size() || data.x.width != data.group.size())
        throw InternalError("marginal likelihood: expected at least one observation and as many rows");
}

double NegativeLogPosterior::operator()(std::span<const double> theta, std::span<double> gradient) const {
    const Model model(*data_, theta);
    if (!model.valid()) return std::numeric_limits<double>::infinity();
    model.gradient(*data_, gradient);
    double value = model.log_likelihood(*data_);
    for (std::size_t i = 0; i < theta.size(); ++i) {
        const LogNormal& belief = i < data_->groups    ? prior_->lengthscale
                                  : i == data_->groups ? prior_->signal_variance
                                                       : prior_->noise_variance;
        double slope = 0.0;
        value += belief.log_density(theta[i], slope);
        gradient[i] = -(gradient[i] + slope);
    }
    return -value;
}

GpHyperparameters NegativeLogPosterior::parameters(std::span<const double> theta) const {
    const Model model(*data_, theta);
    GpHyperparameters result{{}, model.signal, model.noise, model.mean};
    for (std::size_t g = 0; g < data_->groups; ++g) result.lengthscale.push_back(std::exp(theta[g]));
    return result;
}

std::vector<double> NegativeLogPosterior::theta(const GpHyperparameters& parameters) {
    std::vector<double> result;
    for (const double l : parameters.lengthscale) result.push_back(std::log(l));
    result.push_back(std::log(parameters.signal_variance));
    result.push_back(std::log(parameters.noise_variance));
    return result;
}

GpHyperparameters fit_hyperparameters(const GpData& data, const GpPrior& prior, const GpFitOptions& options,
                                      const GpHyperparameters* start) {
    const bool many = data.y.size() > options.max_points;
    const GpData subset = many ? strided(data, options.max_points) : data;
    const NegativeLogPosterior objective(subset, prior);
    const std::vector<double> mode = NegativeLogPosterior::theta(prior.mode(data.groups));
    std::vector<std::vector<double>> starts{mode};
    if (start != nullptr) starts.insert(starts.begin(), NegativeLogPosterior::theta(*start));
    Rng rng(options.seed, Purpose::strategy, 1);
    for (std::size_t r = 0; r < options.restarts; ++r) {
        starts.push_back(mode);
        for (double& t : starts.back()) t += rng.normal();
    }
    Minimum best{mode, std::numeric_limits<double>::infinity(), 0};
    for (const std::vector<double>& from : starts) {
        Minimum found = minimise_lbfgs(
            objective, from,
            {.max_iterations = options.max_iterations, .gradient_tolerance = 1e-3, .value_tolerance = 1e-6});
        if (found.value < best.value) best = std::move(found);
    }
    return objective.parameters(best.x);
}

}  // namespace hpnas
