#pragma once
#include <hpnas/kernel/activation.hpp>

#include <cstddef>
#include <cstdint>

namespace hpnas::kernel {

/// Squeeze-and-excitation: dst = src * sigmoid(expand(f(reduce(mean over h, w of src)))), per sample and channel.
/// src, dst [n, h, w, c]. Source: Hu, Shen, Sun, CVPR 2018.
struct SqueezeExciteShape {
    std::int64_t n = 1, h = 1, w = 1, c = 1;
    std::int64_t reduced = 1;                  ///< width of the hidden vector
    Activation activation = Activation::relu;  ///< of the hidden vector: relu or swish
};

struct SqueezeExciteWeights {
    const float* reduce = nullptr;       ///< [reduced, c]
    const float* reduce_bias = nullptr;  ///< [reduced]
    const float* expand = nullptr;       ///< [c, reduced]
    const float* expand_bias = nullptr;  ///< [c]
};

/// Gradients, overwritten; shapes as in SqueezeExciteWeights.
struct SqueezeExciteGradients {
    float* reduce = nullptr;
    float* reduce_bias = nullptr;
    float* expand = nullptr;
    float* expand_bias = nullptr;
};

struct SqueezeExciteBackward {
    const float* src = nullptr;
    const float* diff_dst = nullptr;
    const float* saved = nullptr;  ///< as left by forward
    float* diff_src = nullptr;     ///< may be diff_dst
    SqueezeExciteGradients gradients;
};

class SqueezeExcite {
public:
    /// @throws ShapeError
    explicit SqueezeExcite(const SqueezeExciteShape& shape);
    const SqueezeExciteShape& shape() const noexcept { return shape_; }
    /// Number of floats that forward() leaves for backward(), scratch memory of its own included.
    std::int64_t saved_count() const noexcept;
    std::size_t workspace_bytes() const noexcept;

    /// dst may be src (then backward is not possible). `saved` must always be given.
    void forward(const float* src, const SqueezeExciteWeights& weights, float* dst, float* saved) const;
    void backward(const SqueezeExciteBackward& args, const SqueezeExciteWeights& weights, void* workspace) const;

private:
    SqueezeExciteShape shape_;
};

}  // namespace hpnas::kernel
