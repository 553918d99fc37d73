#pragma once
#include <cstdint>

namespace hpnas::kernel {

/// dst[j] = sum over i < c of weights[j][i] * src[i], j < k, plus bias[j] unless bias is null. Reads the weights once,
/// at the speed of memory; the library's product would first copy them into its order. The bits do not depend on the
/// number of threads.
void matrix_vector(const float* weights, const float* src, const float* bias, std::int64_t k, std::int64_t c,
                   float* dst);

}  // namespace hpnas::kernel
