#pragma once
#include <cstdint>
#include <hpnas/kernel/activation.hpp>

/// The hot loops of depthwise convolutions, compiled once per instruction set (depthwise_avx512.cpp, ...), and what
/// they work on. Those sources are built with other target flags, so this header must stay free of inline functions of
/// the standard library.
namespace hpnas::kernel {

/// One direction of a window: output o reads the inputs o * stride + tap * dilation - pad, of which those in [0, in)
/// exist.
struct DepthwiseAxis {
    std::int64_t in = 1, out = 1, taps = 1;
    std::int64_t stride = 1, dilation = 1, pad = 0;  ///< pad < 0: the first inputs are not read
};

/// dst = f(bias + sum of src * weights + residual), channel by channel. Forward convolutions are one pass; gradients
/// with respect to the source are one pass per phase of the stride, each of which writes its own pixels.
struct DepthwisePass {
    DepthwiseAxis rows, columns;
    std::int64_t channels = 1;
    std::int64_t weight_step = 16;            ///< floats from tap to tap: channels rounded up
    std::int64_t src_row = 0, src_pixel = 0;  ///< floats from row to row, from pixel to pixel
    std::int64_t dst_row = 0, dst_pixel = 0;
    std::int64_t dst_offset = 0;               ///< of the first pixel of this pass
    std::int64_t weight_offset = 0;            ///< of the first tap of this pass
    Activation activation = Activation::none;  ///< none, relu or swish
    bool prefetch = false;                     ///< the tensors exceed the caches
};

/// What one call computes: some rows and channels of one image.
struct DepthwiseBlock {
    const float* src = nullptr;       ///< the image
    const float* weights = nullptr;   ///< [taps, weight_step], 64-byte aligned, zero-filled beyond the last channel
    const float* bias = nullptr;      ///< [weight_step]; null: none
    const float* residual = nullptr;  ///< the image in the layout of dst; null: none; may be dst
    float* dst = nullptr;             ///< the image
    std::int64_t row_begin = 0, row_end = 0;          ///< of dst
    std::int64_t channel_begin = 0, channel_end = 0;  ///< begin: a multiple of 16
};

/// Adds the products of some rows to the gradient of the weights.
struct DepthwiseGradientBlock {
    const float* src = nullptr;       ///< the image
    const float* diff_dst = nullptr;  ///< the image
    float* sums = nullptr;  ///< [taps + 1, weight_step]: per tap, then of diff_dst itself (the gradient of a bias)
    bool bias = false;      ///< the last of which only if asked for
    std::int64_t row_begin = 0, row_end = 0;          ///< of diff_dst
    std::int64_t channel_begin = 0, channel_end = 0;  ///< begin: a multiple of 16
};

struct DepthwiseLoops {
    const char* name;
    void (*run)(const DepthwisePass&, const DepthwiseBlock&);
    void (*add_gradient)(const DepthwisePass&, const DepthwiseGradientBlock&);
};

extern const DepthwiseLoops depthwise_avx512, depthwise_avx2, depthwise_baseline;

}  // namespace hpnas::kernel
