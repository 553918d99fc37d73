#pragma once
#include <vector>

#include "hpnas/graph/network.hpp"

namespace hpnas {

/// What a transformer's linear layers are for, told from their neighbours. Dropout, drop path and identities between
/// them do not count; Fourier mixing and dynamic convolutions are attention.
class AttentionLayers {
public:
    explicit AttentionLayers(const Network& network);
    bool any() const noexcept { return any_; }  ///< is there attention at all?
    /// Makes queries, keys, values or kernels, also as the first of two layers, or is the projection behind attention
    /// or behind several heads side by side.
    bool in_attention(NodeId id) const { return in_attention_[static_cast<std::size_t>(id)]; }
    /// A linear layer before or behind an activation.
    bool in_mlp(NodeId id) const { return in_mlp_[static_cast<std::size_t>(id)]; }

private:
    bool any_ = false;
    std::vector<bool> in_attention_, in_mlp_;
};

}  // namespace hpnas
