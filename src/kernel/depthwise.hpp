#pragma once
#include <cstddef>
#include <cstdint>
#include <hpnas/kernel/convolution.hpp>
#include <string>
#include <vector>

#include "depthwise_loops.hpp"

namespace hpnas::kernel {

/// Depthwise convolution as own loops: every pass of Convolution and PackedConvolution for shape.depthwise(). The
/// library lacks fast weight gradients beyond 3x3 and fast dilated gradients. Calls do not allocate. Results do not
/// depend on the number of threads.
class Depthwise {
public:
    /// @param shape     checked and depthwise
    /// @param epilogue  of run(); forward() has none
    /// @param loops     for an instruction set that the machine has
    explicit Depthwise(const ConvolutionShape& shape, ConvolutionEpilogue epilogue = {},
                       const DepthwiseLoops& loops = best_loops());

    std::size_t workspace_bytes() const noexcept { return workspace_bytes_; }
    /// `bias` may be null.
    void forward(const float* src, const float* weights, const float* bias, float* dst, void* workspace) const;
    void backward_data(const float* diff_dst, const float* weights, float* diff_src, void* workspace) const;
    /// `diff_bias` may be null.
    void backward_weights(const float* src, const float* diff_dst, float* diff_weights, float* diff_bias,
                          void* workspace) const;

    std::size_t packed_bytes() const noexcept;
    void pack(const float* weights, const float* bias, void* packed) const;
    /// Needs no workspace.
    void run(const float* src, const void* packed, const float* residual, float* dst) const;

    /// E.g. "own:depthwise:avx512".
    static std::string implementation();

    /// Those for the widest instruction set of this machine.
    static const DepthwiseLoops& best_loops();

private:
    struct Task {
        std::int64_t image, part, channel_begin, channel_end;
    };
    Task task(std::int64_t index) const noexcept;
    void make_backward_passes();
    void run_passes(const std::vector<DepthwisePass>& passes, DepthwiseBlock block) const;
    void combine(float* partial_sums, float* diff_weights, float* diff_bias) const;
    void add_rows(const DepthwiseGradientBlock& all, std::int64_t part) const;
    std::int64_t taps() const noexcept { return shape_.window.kh * shape_.window.kw; }

    ConvolutionShape shape_;
    ConvolutionEpilogue epilogue_;
    const DepthwiseLoops& loops_;
    std::vector<DepthwisePass> forward_;   // one pass
    std::vector<DepthwisePass> backward_;  // one pass per phase of the stride
    std::vector<std::int64_t> forward_places_,
        backward_places_;  // of each tap of the plain weights among the packed ones
    std::int64_t padded_channels_, chunk_, n_chunks_;
    std::int64_t row_parts_ = 1;  // of an image, in forward and backward data
    std::int64_t sum_parts_ = 1;  // of all rows, in backward weights; independent of the number of threads
    std::size_t workspace_bytes_ = 0;
};

}  // namespace hpnas::kernel
