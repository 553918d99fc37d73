#pragma once
// One thread, so that proposals do not depend on the number of threads.
#define EIGEN_DONT_PARALLELIZE
#include <Eigen/Dense>
#include <span>

namespace hpnas {

using Matrix = Eigen::MatrixXd;
using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using ConstRows = Eigen::Map<const RowMatrix>;

inline Eigen::Index eigen_index(std::size_t n) { return static_cast<Eigen::Index>(n); }

inline ConstRows as_rows(std::span<const double> values, std::size_t width) {
    return {values.data(), eigen_index(values.size() / width), eigen_index(width)};
}

/// sqrt(5) times the distances between the rows of a [n, f] and of b [m, f].
template <class A, class B>
Matrix root5_distances(const A& a, const B& b) {
    Matrix squared = -2.0 * a * b.transpose();
    squared.colwise() += a.rowwise().squaredNorm().eval();
    squared.rowwise() += b.rowwise().squaredNorm().transpose().eval();
    return (5.0 * squared.array().max(0.0)).sqrt();  // rounding can leave a small negative square
}

/// (1 + s + s^2 / 3) exp(-s), s = sqrt(5) r.
inline Matrix matern52(const Matrix& s) { return (1.0 + s.array() + s.array().square() / 3.0) * (-s.array()).exp(); }

}  // namespace hpnas
