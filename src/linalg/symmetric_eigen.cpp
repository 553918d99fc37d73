#include "hpnas/linalg/symmetric_eigen.hpp"

#include "matrix.hpp"

namespace hpnas::linalg {
namespace {

std::vector<double> to_vector(const Eigen::VectorXd& v) { return {v.data(), v.data() + v.size()}; }
std::vector<double> to_vector(const RowMajor& m) { return {m.data(), m.data() + m.size()}; }

Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solve(std::span<const double> a, std::size_t n, int options) {
    const Eigen::MatrixXd matrix = as_matrix(a, n, n);
    // On a NaN the iterations would not end.
    if (!matrix.allFinite()) throw InternalError("symmetric_eigen: expected finite elements");
    Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(index(n));
    solver.compute(matrix, options);
    if (solver.info() != Eigen::Success) throw InternalError("symmetric_eigen: no convergence");
    return solver;
}

}  // namespace

SymmetricEigen symmetric_eigen(std::span<const double> a, std::size_t n) {
    check_size("symmetric_eigen", a.size(), n, n);
    if (n == 0) return {};
    const auto solver = solve(a, n, Eigen::ComputeEigenvectors);
    return {to_vector(solver.eigenvalues()), to_vector(RowMajor(solver.eigenvectors()))};
}

std::vector<double> symmetric_eigenvalues(std::span<const double> a, std::size_t n) {
    check_size("symmetric_eigen", a.size(), n, n);
    if (n == 0) return {};
    return to_vector(solve(a, n, Eigen::EigenvaluesOnly).eigenvalues());
}

}  // namespace hpnas::linalg
