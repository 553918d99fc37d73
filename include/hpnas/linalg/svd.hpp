#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace hpnas::linalg {

/// a = U diag(values) V^T, r = min(rows, columns).
struct Svd {
    std::vector<double> u;       ///< [rows, r] row-major, orthonormal columns
    std::vector<double> values;  ///< [r], descending, >= 0
    std::vector<double> vt;      ///< [r, columns] row-major, orthonormal rows
};

/// Thin singular-value decomposition of a [rows, columns] (row-major), by LAPACK's divide and conquer
/// (dgesdd). The last bits may depend on the CPU model and the number of threads.
/// @throws ShapeError if the size does not fit; InternalError for NaN or infinite input.
Svd svd(std::span<const double> a, std::size_t rows, std::size_t columns);
/// The singular values alone, descending.
std::vector<double> singular_values(std::span<const double> a, std::size_t rows, std::size_t columns);

}  // namespace hpnas::linalg
