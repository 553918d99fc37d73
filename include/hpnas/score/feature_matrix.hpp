#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace hpnas {

/// a^T b in float64; a [rows, m], b [rows, n], result [m, n], row-major. Rows are summed in fixed pieces that are
/// joined in order: the same bits for any number of threads.
std::vector<double> transposed_product(std::span<const float> a, std::span<const float> b, std::size_t rows);

/// Covariance of the columns of x [rows, columns]: (x - mean)^T (x - mean) / rows, float64.
std::vector<double> covariance(std::span<const float> x, std::size_t rows);

/// Singular values of a [rows, columns], ascending, min(rows, columns) of them: roots of the eigenvalues of the smaller
/// Gram matrix, so those below 1e-8 of the largest are rounding.
std::vector<double> gram_singular_values(std::span<const double> a, std::size_t rows, std::size_t columns);

/// Root of the sum of squares, summed in float64.
double frobenius_norm(std::span<const float> x);

}  // namespace hpnas
