#pragma once
#include <cstddef>
#include <cstdint>
#include <hpnas/kernel/engine.hpp>
#include <hpnas/kernel/linear.hpp>
#include <vector>

namespace hpnas::kernel {

/// Sequences src [n, tokens, c], transformed over tokens and channels.
struct FourierMixingShape {
    std::int64_t n = 1;
    std::int64_t tokens = 1;
    std::int64_t c = 1;
    /// The two-dimensional DCT-II, dst[i, j] = a_i b_j sum_lm src[l, m] cos(pi (2l + 1) i / 2L) cos(pi (2m + 1) j / 2C)
    /// with a_0 = 1 / sqrt(L), else sqrt(2 / L), and b alike: orthogonal. Otherwise the real part of the
    /// two-dimensional DFT, dst[i, j] = sum_lm src[l, m] cos(2 pi (i l / L + j m / C)) / sqrt(L C).
    bool cosine = false;
};

/// A fixed linear map as two products with matrices that are made once: channels, then tokens.
class FourierMixing {
public:
    /// @throws ShapeError if a size is not positive
    FourierMixing(Engine& engine, const FourierMixingShape& shape);

    std::size_t workspace_bytes() const noexcept;
    void forward(const float* src, float* dst, void* workspace) const;
    /// The transposed map. diff_src is overwritten; must not overlap diff_dst.
    void backward(const float* diff_dst, float* diff_src, void* workspace) const;
    std::string implementation() const;

private:
    std::size_t between_bytes() const noexcept;

    FourierMixingShape shape_;
    std::int64_t parts_;           // cosine and sine, or one
    std::vector<float> channels_;  // [c, parts * c]
    std::vector<float> tokens_;    // [tokens, parts * tokens]
    Matmul mix_channels_, mix_tokens_, back_tokens_, back_channels_;
};

}  // namespace hpnas::kernel
