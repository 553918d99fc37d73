#pragma once
#include <cstddef>
#include <span>

namespace hpnas::linalg {

/// What gemm computes: dst = alpha * op(a) * op(b) + beta * dst, all row-major and dense, op(x) = x or its transpose.
/// op(a) [m, k], op(b) [k, n], dst [m, n].
template <class T>
struct Gemm {
    std::size_t m = 0, n = 0, k = 0;
    bool transpose_a = false;  ///< a is stored [k, m]
    bool transpose_b = false;  ///< b is stored [n, k]
    T alpha = 1;
    T beta = 0;  ///< 0: dst is written, not read (it may hold NaN)
};

/// General matrix product by OpenBLAS, on the OpenMP threads of the caller's team. The summation order, and so the last
/// bits, depend on the CPU model and the number of threads. k = 0 scales dst by beta.
/// @throws ShapeError if a span's size does not fit.
void gemm(const Gemm<float>& shape, std::span<const float> a, std::span<const float> b, std::span<float> dst);
void gemm(const Gemm<double>& shape, std::span<const double> a, std::span<const double> b, std::span<double> dst);

}  // namespace hpnas::linalg
