#pragma once
#include <cstdint>

namespace hpnas::kernel {

/// Element-wise non-linearity.
enum class Activation : std::uint8_t {
    none = 0,
    relu = 1,     ///< max(x, 0)
    swish = 2,    ///< x / (1 + exp(-x)), also called SiLU
    sigmoid = 3,  ///< 1 / (1 + exp(-x))
    gelu = 4,     ///< x * Phi(x) with the exact error function
    tanh = 5,
    leaky_relu = 6,  ///< x if x > 0, else 0.01 x
    relu6 = 7,       ///< min(max(x, 0), 6)
};

/// dst[i] = f(src[i]), i < count. dst may be src.
void activation_forward(Activation kind, const float* src, float* dst, std::int64_t count);

/// diff_src[i] = diff_dst[i] * f'(src[i]). `src` is the input of the forward pass (for relu its output serves as well).
/// diff_src may be diff_dst.
void activation_backward(Activation kind, const float* src, const float* diff_dst, float* diff_src, std::int64_t count);

}  // namespace hpnas::kernel
