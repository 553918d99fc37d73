#pragma once
#include <cstdint>
#include <vector>

#include "hpnas/op/conv2d.hpp"
#include "hpnas/train/executor.hpp"

namespace hpnas {

/// Gram matrix of per-sample gradients, accumulated layer by layer in float64 while gradients flow back: the gradients
/// of all samples together are never in memory. Weights of convolutions and linear layers, and the scales of batch
/// norms apart from them; nothing else (biases, squeeze-and-excitation, embeddings, tables) counts. Requires that a
/// sample's gradient at a node be its own: no batch statistics. The same bits for any number of threads.
class GradientGram {
public:
    GradientGram(const Network& network, std::int64_t batch);

    /// To be called with every node of a backward pass.
    void add(const Executor::NodeView& view);

    /// [batch, batch]
    const std::vector<double>& weights() const noexcept { return weights_; }
    const std::vector<double>& norm_scales() const noexcept { return norm_scales_; }

private:
    const Network& network_;
    std::int64_t batch_;
    std::vector<double> weights_, norm_scales_;
};

/// What a layer is to its weights: the gradient of sample n is D_n^T X_n per group, D_n [positions, outputs] the
/// gradient of its output, X_n [positions, kernel * kernel * channels / groups] the patches of its input.
struct PatchLayer {
    Shape input;                  ///< of one sample; a linear layer's as [positions, 1, channels]
    Conv2dAttributes attributes;  ///< a linear layer's as a convolution with kernel 1
    std::int64_t out_height = 1, out_width = 1;

    std::int64_t positions() const noexcept { return out_height * out_width; }
    std::int64_t group_channels() const noexcept { return input[2] / attributes.groups; }
    std::int64_t group_outputs() const noexcept { return attributes.out / attributes.groups; }
    std::int64_t taps() const noexcept { return attributes.kernel * group_channels(); }  ///< of a row of the window
    std::int64_t patch() const noexcept { return attributes.kernel * taps(); }
};

/// Adds the layer's inner products to `gram` [n, n]. src [n, input], diff_dst [n, positions, out].
/// The cheaper of two ways: per-sample gradients and their products, or, for few positions,
/// sum over pairs of positions of (X_n X_m^T) (D_n D_m^T).
void add_layer_gram(const PatchLayer& layer, std::int64_t n, const float* src, const float* diff_dst,
                    std::vector<double>& gram);
/// The two ways, for tests.
void add_gram_by_gradients(const PatchLayer& layer, std::int64_t n, const float* src, const float* diff_dst,
                           std::vector<double>& gram);
void add_gram_by_positions(const PatchLayer& layer, std::int64_t n, const float* src, const float* diff_dst,
                           std::vector<double>& gram);

/// gram += rows rows^T, both triangles, in float64 by tiles in a fixed order. rows [n, width], rows `stride` apart.
void add_row_products(const float* rows, std::int64_t n, std::int64_t width, std::int64_t stride,
                      std::vector<double>& gram);

}  // namespace hpnas
