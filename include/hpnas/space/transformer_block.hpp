#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "hpnas/graph/network.hpp"
#include "hpnas/op/activation.hpp"

namespace hpnas {

/// A transformer layer for sequences [L, E], E being the input's channels: attention and a feed-forward network, each
/// beside a residual connection.
struct TransformerBlock {
    std::int64_t qkv = 64;   ///< width of the queries, of the keys and of the values: heads * head size
    std::int64_t heads = 1;  ///< divides qkv
    std::int64_t ffn = 256;  ///< inner width of the feed-forward network
    Activation activation = Activation::gelu;
    bool pre_norm = true;           ///< x + f(norm(x)); false: norm(x + f(x))
    double epsilon = 1e-5;          ///< of the layer norms
    bool causal = false;            ///< self attention sees earlier positions only
    std::int64_t max_distance = 0;  ///< > 0: self attention has relative positions, see op/attention.hpp
    double dropout = 0;             ///< rate at the end of every branch while training
    double inner_dropout = 0;       ///< rate behind the activation
    double drop_path = 0;           ///< rate at which every branch is dropped while training
};

/// Canonical text such as "encoder pre qkv=192 heads=3 ffn=768 act=gelu": equal key and input shape, equal computation
/// at inference. Rates of dropout and drop path are not part of it.
/// @param mask  whether the block reads one
std::string encoder_key(const TransformerBlock& block, bool mask);
/// As encoder_key, with the memory's shape: "decoder pre ... memory=50x192".
std::string decoder_key(const TransformerBlock& block, const Shape& memory, bool mask);

/// Adds an encoder layer under the builder's open scope and declares it a block. Nodes, which name the weights: norm1,
/// qkv, attention, proj, (dropout1, drop_path1,) add1, norm2, fc1, act, (inner_dropout,) fc2, (dropout2, drop_path2,)
/// add2; without pre_norm each norm follows its add. Source: Vaswani et al., NIPS 2017.
/// @param input  [L, E]
/// @param mask   [L]: which tokens are seen (1) or not (0)
/// @return the block's output [L, E]
/// @throws ShapeError if heads do not divide qkv
NodeId append_encoder_block(NetworkBuilder& builder, NodeId input, const TransformerBlock& block,
                            std::optional<NodeId> mask = std::nullopt);

/// Adds a decoder layer, whose second attention reads an encoder's output: norm1, qkv, attention, proj, add1, norm2, q,
/// kv, cross_attention, cross_proj, add2, norm3, fc1, act, fc2, add3. `kv` is not normalised: give the output of a
/// final layer norm.
/// @param input   [L, E]
/// @param memory  [S, E']
/// @param mask    [S]: which positions of the memory are seen
NodeId append_decoder_block(NetworkBuilder& builder, NodeId input, NodeId memory, const TransformerBlock& block,
                            std::optional<NodeId> mask = std::nullopt);

/// Inner width of a feed-forward network that is `ratio` times as wide as its input, rounded down as AutoFormer and
/// DE-NAS do, and at least 1: 216, 3.5 -> 756.
std::int64_t ffn_width(double ratio, std::int64_t embed);

/// The first of `ratios` that gives the same inner width as ratios[choice]: what canonical encodings have.
std::int16_t first_equal_ffn(std::span<const double> ratios, std::size_t choice, std::int64_t embed);

}  // namespace hpnas
