#include "hpnas/linalg/cholesky.hpp"

#include <algorithm>
#include <vector>

#include "matrix.hpp"

namespace hpnas::linalg {

bool cholesky(std::span<double> a, std::size_t n) {
    check_size("cholesky", a.size(), n, n);
    auto matrix = as_matrix(a, n, n);
    const Eigen::LLT<Eigen::Ref<RowMajor>, Eigen::Lower> factor(matrix);
    if (factor.info() != Eigen::Success || !matrix.diagonal().allFinite()) return false;
    matrix.triangularView<Eigen::StrictlyUpper>().setZero();
    return true;
}

double cholesky_with_jitter(std::span<double> a, std::size_t n) {
    check_size("cholesky", a.size(), n, n);
    const std::vector<double> original(a.begin(), a.end());
    const double scale = n == 0 ? 0.0 : as_matrix(a, n, n).diagonal().mean();
    double jitter = 0.0;
    for (double relative = 1e-12; relative < 2e-2; relative *= 10.0) {
        if (cholesky(a, n)) return jitter;
        jitter = scale * relative;
        std::copy(original.begin(), original.end(), a.begin());
        as_matrix(a, n, n).diagonal().array() += jitter;
    }
    if (cholesky(a, n)) return jitter;
    throw InternalError(fmt::format(
        "cholesky: the [{}, {}] matrix is not positive definite, even with {} on its diagonal", n, n, jitter));
}

void solve_lower(std::span<const double> l, std::span<double> b, std::size_t n, std::size_t columns) {
    check_size("solve_lower", l.size(), n, n);
    check_size("solve_lower", b.size(), n, columns);
    auto x = as_matrix(b, n, columns);
    as_matrix(l, n, n).triangularView<Eigen::Lower>().solveInPlace(x);
}

void solve_lower_transposed(std::span<const double> l, std::span<double> b, std::size_t n, std::size_t columns) {
    check_size("solve_lower_transposed", l.size(), n, n);
    check_size("solve_lower_transposed", b.size(), n, columns);
    auto x = as_matrix(b, n, columns);
    as_matrix(l, n, n).transpose().triangularView<Eigen::Upper>().solveInPlace(x);
}

}  // namespace hpnas::linalg
