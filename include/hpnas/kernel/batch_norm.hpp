#pragma once
#include <cstddef>
#include <cstdint>
#include <hpnas/kernel/activation.hpp>

namespace hpnas::kernel {

/// Batch normalisation over the channels of a channels-last tensor [rows, channels], rows = N * H * W, fused with what
/// follows it: dst = f(gamma * (src - mean) * inv_std + beta + residual). Source: Ioffe, Szegedy, ICML 2015; running
/// variance is the unbiased one, as in common frameworks.
struct BatchNormShape {
    std::int64_t rows = 1, channels = 1;
    Activation activation = Activation::none;  ///< none, relu or swish
    bool residual = false;
    float epsilon = 1e-5F;
    float momentum = 0.1F;  ///< running = (1 - momentum) * running + momentum * batch
};

/// All memory of one forward call. src, dst, residual [rows, channels]; the others [channels].
/// dst may be src (then backward is not possible) or residual.
struct BatchNormForward {
    const float* src = nullptr;
    const float* residual = nullptr;  ///< only with BatchNormShape::residual
    const float* gamma = nullptr;
    const float* beta = nullptr;
    float* dst = nullptr;
    float* mean = nullptr;              ///< training: written, kept for backward
    float* inv_std = nullptr;           ///< training: written, kept for backward
    float* running_mean = nullptr;      ///< training: updated unless null; evaluation: read
    float* running_variance = nullptr;  ///< training: updated unless null; evaluation: read
};

/// All memory of one backward call. src, dst, residual as of the forward call.
/// diff_src may be diff_dst if there is no residual; diff_residual may be diff_dst.
struct BatchNormBackward {
    const float* src = nullptr;
    const float* dst = nullptr;       ///< read only if backward_needs_dst()
    const float* residual = nullptr;  ///< read only if backward_needs_residual()
    const float* gamma = nullptr;
    const float* beta = nullptr;
    const float* mean = nullptr;     ///< training: as saved by forward; evaluation: running mean
    const float* inv_std = nullptr;  ///< training: as saved by forward; evaluation: running VARIANCE
    const float* diff_dst = nullptr;
    float* diff_src = nullptr;
    float* diff_gamma = nullptr;     ///< overwritten
    float* diff_beta = nullptr;      ///< overwritten
    float* diff_residual = nullptr;  ///< overwritten; only with BatchNormShape::residual
};

/// Sums are taken over a fixed partition of the rows, so results do not depend on the number of threads.
class BatchNorm {
public:
    /// @throws ShapeError if a size is not positive or the activation is neither none, relu nor swish
    explicit BatchNorm(const BatchNormShape& shape);

    const BatchNormShape& shape() const noexcept { return shape_; }
    std::size_t workspace_bytes() const noexcept;
    /// relu after a residual takes its mask from dst.
    bool backward_needs_dst() const noexcept;
    /// swish after a residual recomputes its input.
    bool backward_needs_residual() const noexcept;

    /// Normalises with the statistics of this batch and updates the running ones. rows == 1 gives variance 0.
    void forward_training(const BatchNormForward& args, void* workspace) const;
    /// Normalises with the running statistics.
    void forward_evaluation(const BatchNormForward& args, void* workspace) const;
    void backward_training(const BatchNormBackward& args, void* workspace) const;
    /// Statistics are constants.
    void backward_evaluation(const BatchNormBackward& args, void* workspace) const;

private:
    BatchNormShape shape_;
};

/// Folds an evaluation-mode normalisation into the convolution before it:
/// weights [channels, fan_in] *= gamma / sqrt(variance + epsilon); bias = beta + (bias - mean) * gamma / sqrt(variance
/// + epsilon).
struct BatchNormFold {
    const float* gamma = nullptr;
    const float* beta = nullptr;
    const float* running_mean = nullptr;
    const float* running_variance = nullptr;
    float epsilon = 1e-5F;
};
/// `bias` [channels] must hold the convolution's bias (zeros if it has none) and receives the folded one.
void fold_batch_norm(const BatchNormFold& norm, float* weights, float* bias, std::int64_t channels,
                     std::int64_t fan_in);

}  // namespace hpnas::kernel
