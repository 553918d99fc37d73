#include "hpnas/linalg/decompositions.hpp"

#include "matrix.hpp"

namespace hpnas::linalg {
namespace {

std::vector<double> to_vector(const Eigen::VectorXd& v) { return {v.data(), v.data() + v.size()}; }
std::vector<double> to_vector(const RowMajor& m) { return {m.data(), m.data() + m.size()}; }

/// @throws InternalError for input on which the iterations would not end or give NaN.
Eigen::MatrixXd finite_matrix(const char* where, std::span<const double> a, std::size_t rows, std::size_t columns) {
    check_size(where, a.size(), rows, columns);
    Eigen::MatrixXd matrix = as_matrix(a, rows, columns);
    if (!matrix.allFinite()) throw InternalError(fmt::format("{}: expected finite elements", where));
    return matrix;
}

Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solve(std::span<const double> a, std::size_t n, int options) {
    const Eigen::MatrixXd matrix = finite_matrix("symmetric_eigen", a, n, n);
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

Svd svd(std::span<const double> a, std::size_t rows, std::size_t columns) {
    const Eigen::MatrixXd matrix = finite_matrix("svd", a, rows, columns);
    if (matrix.size() == 0) return {};
    const Eigen::BDCSVD<Eigen::MatrixXd> result(matrix, Eigen::ComputeThinU | Eigen::ComputeThinV);
    return {to_vector(RowMajor(result.matrixU())), to_vector(Eigen::VectorXd(result.singularValues())),
            to_vector(RowMajor(result.matrixV().transpose()))};
}

std::vector<double> singular_values(std::span<const double> a, std::size_t rows, std::size_t columns) {
    const Eigen::MatrixXd matrix = finite_matrix("svd", a, rows, columns);
    if (matrix.size() == 0) return {};
    return to_vector(Eigen::VectorXd(Eigen::BDCSVD<Eigen::MatrixXd>(matrix).singularValues()));
}

}  // namespace hpnas::linalg
