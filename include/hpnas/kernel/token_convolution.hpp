#pragma once
#include <cstdint>

namespace hpnas::kernel {

/// Convolutions along a sequence, zeros beyond both ends: position l reads l - kernel / 2 to l + kernel / 2.
struct TokenConvolutionShape {
    std::int64_t n = 1;
    std::int64_t tokens = 1;  ///< L
    std::int64_t c = 1;
    std::int64_t kernel = 1;  ///< k, odd
};

/// Depthwise: dst[n, l, c] = sum_j weights[j, c] src[n, l + j - k / 2, c]; weights [k, c].
void token_convolution(const TokenConvolutionShape& shape, const float* src, const float* weights, float* dst);
/// diff_src is overwritten; must not overlap diff_dst.
void token_convolution_backward_data(const TokenConvolutionShape& shape, const float* diff_dst, const float* weights,
                                     float* diff_src);
/// diff_weights [k, c] is overwritten; summed in double, in order of samples and tokens.
void token_convolution_backward_weights(const TokenConvolutionShape& shape, const float* src, const float* diff_dst,
                                        float* diff_weights);

/// A kernel for every position and head: values [n, L, H, D], logits [n, L, H, k].
struct DynamicConvolutionShape {
    std::int64_t n = 1;
    std::int64_t tokens = 1;
    std::int64_t heads = 1;
    std::int64_t dim = 1;     ///< D
    std::int64_t kernel = 1;  ///< k, odd, at most max_dynamic_kernel
};
inline constexpr std::int64_t max_dynamic_kernel = 63;

/// dst[n, l, h, d] = sum_j p[n, l, h, j] values[n, l + j - k / 2, h, d], p = softmax(logits) over j.
void dynamic_convolution(const DynamicConvolutionShape& shape, const float* values, const float* logits, float* dst);

struct DynamicConvolutionBackward {
    const float* values = nullptr;
    const float* logits = nullptr;
    const float* diff_dst = nullptr;
    float* diff_values = nullptr;  ///< overwritten; must not overlap diff_dst
    float* diff_logits = nullptr;  ///< overwritten
};
void dynamic_convolution_backward(const DynamicConvolutionShape& shape, const DynamicConvolutionBackward& args);

}  // namespace hpnas::kernel
