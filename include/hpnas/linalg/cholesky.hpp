#pragma once
#include <cstddef>
#include <span>

namespace hpnas::linalg {

/// Replaces the symmetric positive definite a [n, n] (row-major, lower triangle read) by its lower Cholesky factor; the
/// upper triangle becomes zero. Same bits for any number of threads. Cost n^3 / 3.
/// @return false if a is not positive definite to working precision (NaN included); a is then unspecified.
/// @throws ShapeError if a has not n * n elements.
[[nodiscard]] bool cholesky(std::span<double> a, std::size_t n);

/// As cholesky, but adds the smallest jitter of 0, s * 1e-12, s * 1e-11, ..., s * 1e-2 (s = mean of the diagonal) to
/// the diagonal that makes a positive definite.
/// @return the jitter added @throws InternalError if even the largest does not help.
double cholesky_with_jitter(std::span<double> a, std::size_t n);

/// Solves L x = b in place, L [n, n] lower (row-major), b [n, columns]. @throws ShapeError if the sizes do not fit.
void solve_lower(std::span<const double> l, std::span<double> b, std::size_t n, std::size_t columns = 1);
/// Solves L^T x = b in place.
void solve_lower_transposed(std::span<const double> l, std::span<double> b, std::size_t n, std::size_t columns = 1);

}  // namespace hpnas::linalg
