#pragma once
#include <cstddef>
#include <cstdint>

namespace hpnas::kernel {

/// Layer normalisation of each row of [rows, width]: dst = gamma * (src - mean) * inv_std + beta, mean and biased
/// variance over the row. Source: Ba, Kiros, Hinton, arXiv:1607.06450.
struct LayerNormShape {
    std::int64_t rows = 1, width = 1;
    float epsilon = 1e-5F;
};

/// src, dst [rows, width]; gamma, beta [width]; statistics [rows, 2]: mean and 1 / sqrt(variance + epsilon) of each
/// row, kept for backward (may be null). dst may be src (then backward is not possible).
struct LayerNormForward {
    const float* src = nullptr;
    const float* gamma = nullptr;
    const float* beta = nullptr;
    float* dst = nullptr;
    float* statistics = nullptr;
};

/// diff_src may be diff_dst.
struct LayerNormBackward {
    const float* src = nullptr;
    const float* gamma = nullptr;
    const float* statistics = nullptr;  ///< as left by forward
    const float* diff_dst = nullptr;
    float* diff_src = nullptr;
    float* diff_gamma = nullptr;  ///< overwritten
    float* diff_beta = nullptr;   ///< overwritten
};

/// Sums over rows are taken over a fixed partition, so results do not depend on the number of threads.
class LayerNorm {
public:
    /// @throws ShapeError if a size is not positive
    explicit LayerNorm(const LayerNormShape& shape);

    const LayerNormShape& shape() const noexcept { return shape_; }
    /// Of backward; forward needs none.
    std::size_t workspace_bytes() const noexcept;
    void forward(const LayerNormForward& args) const;
    void backward(const LayerNormBackward& args, void* workspace) const;

private:
    LayerNormShape shape_;
};

}  // namespace hpnas::kernel
