#include "hpnas/linalg/gemm.hpp"

#include <cblas.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "hpnas/core/error.hpp"

namespace hpnas::linalg {
namespace {

template <class T>
void check(const Gemm<T>& s, std::size_t a, std::size_t b, std::size_t dst) {
    if (a != s.m * s.k || b != s.k * s.n || dst != s.m * s.n)
        throw ShapeError(fmt::format("gemm: [{}, {}] x [{}, {}]: expected {}, {} and {} elements, got {}, {} and {}",
                                     s.m, s.k, s.k, s.n, s.m * s.k, s.k * s.n, s.m * s.n, a, b, dst));
    if (std::max({s.m, s.n, s.k}) > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        throw ShapeError("gemm: expected sizes below 2^31");
}

CBLAS_TRANSPOSE op(bool transpose) { return transpose ? CblasTrans : CblasNoTrans; }

/// A leading dimension must be at least 1, also for an empty matrix.
int leading(std::size_t columns) { return static_cast<int>(std::max<std::size_t>(columns, 1)); }

}  // namespace

void gemm(const Gemm<float>& s, std::span<const float> a, std::span<const float> b, std::span<float> dst) {
    check(s, a.size(), b.size(), dst.size());
    cblas_sgemm(CblasRowMajor, op(s.transpose_a), op(s.transpose_b), static_cast<int>(s.m), static_cast<int>(s.n),
                static_cast<int>(s.k), s.alpha, a.data(), leading(s.transpose_a ? s.m : s.k), b.data(),
                leading(s.transpose_b ? s.k : s.n), s.beta, dst.data(), leading(s.n));
}

void gemm(const Gemm<double>& s, std::span<const double> a, std::span<const double> b, std::span<double> dst) {
    check(s, a.size(), b.size(), dst.size());
    cblas_dgemm(CblasRowMajor, op(s.transpose_a), op(s.transpose_b), static_cast<int>(s.m), static_cast<int>(s.n),
                static_cast<int>(s.k), s.alpha, a.data(), leading(s.transpose_a ? s.m : s.k), b.data(),
                leading(s.transpose_b ? s.k : s.n), s.beta, dst.data(), leading(s.n));
}

}  // namespace hpnas::linalg
