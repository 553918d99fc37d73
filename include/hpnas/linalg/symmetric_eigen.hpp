#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace hpnas::linalg {

/// a = V diag(values) V^T.
struct SymmetricEigen {
    std::vector<double> values;   ///< [n], ascending
    std::vector<double> vectors;  ///< [n, n] row-major; column j belongs to values[j]; orthonormal
};

/// Eigen-decomposition of a symmetric a [n, n] (row-major, lower triangle read). Same bits for any number of threads.
/// @throws ShapeError if a has not n * n elements; InternalError if it does not converge (NaN or infinite input).
SymmetricEigen symmetric_eigen(std::span<const double> a, std::size_t n);
/// Its values alone, several times cheaper.
std::vector<double> symmetric_eigenvalues(std::span<const double> a, std::size_t n);

}  // namespace hpnas::linalg
