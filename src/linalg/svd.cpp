#include "hpnas/linalg/svd.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hpnas/core/error.hpp"

// LAPACK as OpenBLAS exports it: Fortran, column-major; the last argument is the hidden length of `jobz`.
extern "C" void dgesdd_(const char* jobz, const int* m, const int* n, double* a, const int* lda, double* s, double* u,
                        const int* ldu, double* vt, const int* ldvt, double* work, const int* lwork, int* iwork,
                        int* info, std::size_t jobz_length);

namespace hpnas::linalg {
namespace {

/// A row-major [rows, columns] matrix is, column-major, its transpose [columns, rows]: what LAPACK calls U is our V,
/// which it stores as we store V^T, and the other way round.
Svd decompose(std::span<const double> a, std::size_t rows, std::size_t columns, char jobz) {
    if (a.size() != rows * columns)
        throw ShapeError(fmt::format("svd: a [{}, {}] matrix: expected {} elements, got {}", rows, columns,
                                     rows * columns, a.size()));
    if (!std::all_of(a.begin(), a.end(), [](double v) { return std::isfinite(v); }))
        throw InternalError("svd: expected finite elements");
    if (a.empty()) return {};
    const bool vectors = jobz != 'N';
    const std::size_t rank = std::min(rows, columns);
    Svd result{std::vector<double>(vectors ? rows * rank : 1), std::vector<double>(rank),
               std::vector<double>(vectors ? rank * columns : 1)};
    std::vector<double> matrix(a.begin(), a.end());
    std::vector<int> integers(8 * rank);
    const int m = static_cast<int>(columns), n = static_cast<int>(rows), r = static_cast<int>(rank);
    int info = 0, size = -1;
    std::vector<double> work(1);
    for (int pass = 0; pass < 2; ++pass) {  // the first asks for the size of the workspace
        dgesdd_(&jobz, &m, &n, matrix.data(), &m, result.values.data(), result.vt.data(), &m, result.u.data(), &r,
                work.data(), &size, integers.data(), &info, 1);
        if (info != 0) throw InternalError(fmt::format("svd: LAPACK's dgesdd failed with {}", info));
        if (pass > 0) break;
        size = static_cast<int>(work[0]);
        work.resize(static_cast<std::size_t>(size));
    }
    return result;
}

}  // namespace

Svd svd(std::span<const double> a, std::size_t rows, std::size_t columns) { return decompose(a, rows, columns, 'S'); }

std::vector<double> singular_values(std::span<const double> a, std::size_t rows, std::size_t columns) {
    return decompose(a, rows, columns, 'N').values;
}

}  // namespace hpnas::linalg
