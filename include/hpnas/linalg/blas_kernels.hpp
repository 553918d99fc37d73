#pragma once
#include <string>

namespace hpnas::linalg {

/// The kernels that OpenBLAS runs, by its name for them, e.g. "SkylakeX".
std::string blas_kernels();

/// Kernels of this CPU's vector width, where OpenBLAS runs SSE ones because it does not know the CPU (0.3.21: Xeons of
/// 2024, several times slower); a value for OPENBLAS_CORETYPE. Empty: none are missed.
std::string missed_blas_kernels();

}  // namespace hpnas::linalg
