#pragma once
#include <cstddef>
#include <cstdint>
#include <hpnas/kernel/convolution.hpp>
#include <string>

namespace hpnas::kernel {

/// 1x1 convolution with stride 1 and few channels as products on register tiles. All passes run at the speed of the
/// library's forward pass; its weight gradients of such shapes take three times as long. Results do not depend on the
/// number of threads.
class Pointwise {
public:
    /// True if the machine and the shape are such that this is faster than the library.
    static bool suits(const ConvolutionShape& shape) noexcept;

    /// @param shape  checked; 1x1, stride 1, no padding, one group; channels are multiples of 16 on both sides
    explicit Pointwise(const ConvolutionShape& shape);

    std::size_t workspace_bytes() const noexcept;
    /// weights [k, c]
    void forward(const float* src, const float* weights, float* dst, void* workspace) const;
    void backward_data(const float* diff_dst, const float* weights, float* diff_src) const;
    void backward_weights(const float* src, const float* diff_dst, float* diff_weights, void* workspace) const;

    /// E.g. "own:pointwise:avx512".
    static std::string implementation();

private:
    std::int64_t pixels_, c_, k_;
    std::int64_t part_;  ///< pixels of a partial sum of the weights' gradient
};

}  // namespace hpnas::kernel
