#include "hpnas/strategy/gaussian_process.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/linalg/cholesky.hpp"
#include "matern.hpp"

namespace hpnas {
namespace {

using Strided = Eigen::Map<RowMatrix, 0, Eigen::OuterStride<>>;
using ConstStrided = Eigen::Map<const RowMatrix, 0, Eigen::OuterStride<>>;
using ConstVector = Eigen::Map<const Eigen::VectorXd>;

ConstVector as_vector(std::span<const double> v) { return {v.data(), eigen_index(v.size())}; }

/// Smallest squared pivot, relative to the signal variance: what a repeated noise-free point leaves is rounding.
constexpr double pivot_floor = 1e-12;

}  // namespace

GaussianProcess::GaussianProcess(std::vector<std::size_t> group, GpHyperparameters parameters)
    : group_(std::move(group)), parameters_(std::move(parameters)) {
    for (const std::size_t g : group_)
        if (g >= parameters_.lengthscale.size())
            throw InternalError(
                fmt::format("Gaussian process: expected a group below {}, got {}", parameters_.lengthscale.size(), g));
}

std::vector<double> GaussianProcess::scaled(std::span<const double> rows) const {
    std::vector<double> result(rows.begin(), rows.end());
    for (std::size_t i = 0; i < result.size(); ++i) result[i] /= parameters_.lengthscale[group_[i % group_.size()]];
    return result;
}

void GaussianProcess::condition(const Rows& x, std::span<const double> y) {
    if (x.size() != y.size() || (x.size() > 0 && x.width != group_.size()))
        throw InternalError(fmt::format("Gaussian process: expected {} rows of {} features, got {} of {}", y.size(),
                                        group_.size(), x.size(), x.width));
    x_ = scaled(x.values);
    capacity_ = y.size();
    const ConstRows points = as_rows(x_, group_.size());
    RowMatrix kernel = parameters_.signal_variance * matern52(root5_distances(points, points));
    kernel.diagonal().setConstant(parameters_.signal_variance + parameters_.noise_variance);
    factor_.assign(kernel.data(), kernel.data() + kernel.size());
    linalg::cholesky_with_jitter(factor_, y.size());
    whitened_.assign(y.begin(), y.end());
    for (double& v : whitened_) v -= parameters_.mean;
    linalg::solve_lower(factor_, whitened_, whitened_.size());
}

void GaussianProcess::reserve(std::size_t n) {
    if (n <= capacity_) return;
    const std::size_t capacity = std::max<std::size_t>(2 * capacity_, 16);
    std::vector<double> grown(capacity * capacity, 0.0);
    for (std::size_t i = 0; i < size(); ++i)
        std::copy_n(factor_.begin() + static_cast<std::ptrdiff_t>(i * capacity_), i + 1,
                    grown.begin() + static_cast<std::ptrdiff_t>(i * capacity));
    factor_ = std::move(grown);
    capacity_ = capacity;
}

void GaussianProcess::append(std::span<const double> x, std::optional<double> y) {
    const std::size_t n = size();
    reserve(n + 1);
    const std::vector<double> point = scaled(x);
    Eigen::Map<Eigen::VectorXd> row(factor_.data() + n * capacity_, eigen_index(n));
    if (n > 0) {
        row = parameters_.signal_variance *
              matern52(root5_distances(as_rows(x_, group_.size()), as_rows(point, group_.size())));
        const ConstStrided factor(factor_.data(), eigen_index(n), eigen_index(n),
                                  Eigen::OuterStride<>(eigen_index(capacity_)));
        factor.triangularView<Eigen::Lower>().solveInPlace(row);
    }
    const double pivot = parameters_.signal_variance + parameters_.noise_variance - row.squaredNorm();
    const double diagonal = std::sqrt(std::max(pivot, pivot_floor * parameters_.signal_variance));
    factor_[n * capacity_ + n] = diagonal;
    const double whitened = y ? (*y - parameters_.mean - row.dot(as_vector(whitened_))) / diagonal : 0.0;
    whitened_.push_back(whitened);
    x_.insert(x_.end(), point.begin(), point.end());
}

std::vector<double> GaussianProcess::fitted() const {
    const Eigen::Index n = eigen_index(size());
    const ConstStrided factor(factor_.data(), n, n, Eigen::OuterStride<>(eigen_index(capacity_)));
    const auto lower = factor.triangularView<Eigen::Lower>();
    // y - noise * K^-1 (y - mean), with y - mean = L w.
    Eigen::VectorXd alpha = as_vector(whitened_);
    const Eigen::VectorXd residual = lower * alpha;
    lower.transpose().solveInPlace(alpha);
    const Eigen::VectorXd mean = (residual - parameters_.noise_variance * alpha).array() + parameters_.mean;
    return {mean.data(), mean.data() + mean.size()};
}

double GaussianProcess::log_marginal_likelihood() const {
    double result = -0.5 * as_vector(whitened_).squaredNorm();
    for (std::size_t i = 0; i < size(); ++i) result -= std::log(factor_[i * capacity_ + i]);
    return result - 0.5 * static_cast<double>(size()) * std::log(2.0 * std::numbers::pi);
}

TrackedPosterior::TrackedPosterior(const GaussianProcess& process, const Rows& points)
    : process_(&process), points_(process.scaled(points.values)) {
    mean_.assign(points.size(), process.parameters().mean);
    variance_.assign(points.size(), process.parameters().signal_variance);
    update();
}

void TrackedPosterior::update() {
    const std::size_t n = process_->size();
    const std::size_t added = n - taken_;
    const std::size_t m = mean_.size();
    if (added == 0 || m == 0) return;
    const std::size_t width = process_->group_.size();
    solution_.resize(n * m);
    const ConstRows old_rows(solution_.data(), eigen_index(taken_), eigen_index(m));
    Eigen::Map<RowMatrix> rows(solution_.data() + taken_ * m, eigen_index(added), eigen_index(m));
    const std::span<const double> x = std::span(process_->x_).subspan(taken_ * width);
    rows =
        process_->parameters().signal_variance * matern52(root5_distances(as_rows(x, width), as_rows(points_, width)));

    // Forward substitution with the new rows of the factor [L21 L22]: L22^-1 (k - L21 * old).
    const Eigen::OuterStride<> stride(eigen_index(process_->capacity_));
    const double* factor = process_->factor_.data() + taken_ * process_->capacity_;
    if (taken_ > 0) rows.noalias() -= ConstStrided(factor, eigen_index(added), eigen_index(taken_), stride) * old_rows;
    const ConstStrided corner(factor + taken_, eigen_index(added), eigen_index(added), stride);
    corner.triangularView<Eigen::Lower>().solveInPlace(rows);

    const ConstVector whitened(process_->whitened_.data() + taken_, eigen_index(added));
    Eigen::Map<Eigen::VectorXd> mean(mean_.data(), eigen_index(m));
    Eigen::Map<Eigen::VectorXd> variance(variance_.data(), eigen_index(m));
    mean += rows.transpose() * whitened;
    variance = (variance - rows.colwise().squaredNorm().transpose()).cwiseMax(0.0);
    taken_ = n;
}

}  // namespace hpnas
