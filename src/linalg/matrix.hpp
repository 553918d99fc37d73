#pragma once
// One thread, so that results do not depend on the number of threads.
#define EIGEN_DONT_PARALLELIZE
#include <fmt/format.h>

#include <Eigen/Dense>
#include <span>

#include "hpnas/core/error.hpp"

namespace hpnas::linalg {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

inline Eigen::Index index(std::size_t n) { return static_cast<Eigen::Index>(n); }

inline void check_size(const char* where, std::size_t elements, std::size_t rows, std::size_t columns) {
    if (elements != rows * columns)
        throw ShapeError(fmt::format("{}: a [{}, {}] matrix: expected {} elements, got {}", where, rows, columns,
                                     rows * columns, elements));
}

inline Eigen::Map<RowMajor> as_matrix(std::span<double> a, std::size_t rows, std::size_t columns) {
    return {a.data(), index(rows), index(columns)};
}
inline Eigen::Map<const RowMajor> as_matrix(std::span<const double> a, std::size_t rows, std::size_t columns) {
    return {a.data(), index(rows), index(columns)};
}

}  // namespace hpnas::linalg
