#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "hpnas/graph/network.hpp"

namespace hpnas {

/// How a FlexiBERT layer lets tokens see each other.
struct FlexibertOperation {
    /// attention: scaled dot products; weighted_attention: queries pass a matrix first; dft, dct: fixed transforms
    /// without heads; convolution: half of the heads attend, half are span-based dynamic convolutions.
    enum class Kind : std::uint8_t { attention, weighted_attention, dft, dct, convolution } kind = Kind::attention;
    std::int64_t kernel = 0;  ///< convolution: tokens that a position reads, odd
    bool has_heads() const noexcept { return kind != Kind::dft && kind != Kind::dct; }
};

/// Reads SA-SDP, SA-WMA, LT-DFT, LT-DCT, DSC-k (k odd, 3 to 63). @throws EncodingError
FlexibertOperation flexibert_operation(std::string_view name);

/// A layer for sequences [L, E].
struct FlexibertLayer {
    std::string operation = "SA-SDP";  ///< as flexibert_operation reads it
    std::int64_t heads = 2;            ///< divides E; even for convolutions; ignored by transforms
    std::int64_t ffn = 512;            ///< inner width of the feed-forward network
    std::int64_t stack = 1;            ///< its inner layers, each followed by gelu
    double dropout = 0;                ///< rate at the end of both branches while training
    double epsilon = 1e-12;            ///< of the layer norms
};

/// Canonical text such as "flexibert DSC-5 heads=4 ffn=512x3 eps=1e-12"; see encoder_key in transformer_block.hpp.
std::string flexibert_key(const FlexibertLayer& layer);

/// Adds a layer under the builder's open scope and declares it a block.
///
/// attention: norm(x + proj(attention(qkv x))). weighted_attention: logits q W k^T with one E x E matrix W without
/// bias, as a further linear layer behind the queries. transforms: x + proj(transform(x)), no norm. convolution
/// (ConvBERT with head_ratio 2, Jiang et al., NeurIPS 2020): heads / 2 heads of attention, E / 2 wide, beside as many
/// heads of dynamic convolution, whose kernels are a linear function of queries times a separable convolution of x.
/// Then norm(x + ffn(x)).
/// Source of the operations: Tuli et al., FlexiBERT, JAIR 2023.
/// @param input  [L, E]
/// @param mask   [L]: which tokens attention sees; neither transforms nor convolutions look at it
/// @return the layer's output [L, E]
/// @throws ShapeError if heads do not fit
NodeId append_flexibert_layer(NetworkBuilder& builder, NodeId input, const FlexibertLayer& layer, NodeId mask);

}  // namespace hpnas
