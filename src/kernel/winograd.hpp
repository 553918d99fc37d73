#pragma once
#include <cstddef>
#include <cstdint>
#include <hpnas/kernel/convolution.hpp>
#include <string>

#include "winograd_loops.hpp"

namespace hpnas::kernel {

/// Dense 3x3 convolution with stride 1 by F(4 x 4, 3 x 3): 36 products per tile of 16 pixels instead of 144. Two to
/// three times as fast as the direct form; the roundings of the transforms make errors several times larger than a
/// direct float sum's (about 1e-6 to 1e-5 of the largest result). A tile's result depends on nothing but its pixels:
/// not on the batch, not on the threads. Source: Lavin, Gray, CVPR 2016, arXiv:1509.09308.
class Winograd {
public:
    /// True if the machine and the shape are such that this is faster than the library.
    static bool suits(const ConvolutionShape& shape) noexcept;
    /// Those for the widest instruction set of this machine; null if it has none of them.
    static const WinogradLoops* best_loops() noexcept;

    /// @param shape  checked; 3x3, stride 1, no dilation, one group. The number of OpenMP threads must not grow after
    /// this.
    explicit Winograd(const ConvolutionShape& shape, ConvolutionEpilogue epilogue = {},
                      const WinogradLoops& loops = *best_loops());

    std::size_t packed_bytes() const noexcept;
    std::size_t workspace_bytes() const noexcept;
    /// weights [k, 3, 3, c] and bias [k] (null: zero).
    void pack(const float* weights, const float* bias, void* packed) const;
    /// As pack, for the gradient with respect to the source as a convolution: weights are those of the forward
    /// convolution, [c, 3, 3, k] in this one's sizes.
    void pack_transposed(const float* weights, void* packed) const;
    /// `residual` is read only with an epilogue that has one; it may be dst.
    void run(const float* src, const void* packed, const float* residual, float* dst, void* workspace) const;

    /// E.g. "own:winograd:avx512".
    static std::string implementation();

private:
    void pack(const WinogradWeights& weights, const float* bias, void* packed) const;
    std::int64_t n_groups() const noexcept { return (tiles_.k + loops_.channels - 1) / loops_.channels; }
    std::int64_t packed_weights() const noexcept { return n_groups() * loops_.channels * winograd_points * tiles_.c; }
    std::int64_t buffer_floats() const noexcept;

    ConvolutionEpilogue epilogue_;
    const WinogradLoops& loops_;
    WinogradShape tiles_;
    int threads_;
};

}  // namespace hpnas::kernel
