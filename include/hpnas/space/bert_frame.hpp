#pragma once
#include <cstdint>
#include <string>

#include "hpnas/graph/network.hpp"

namespace hpnas {

/// What stands around the layers of BERT encoders.
struct BertFrame {
    std::int64_t sequence = 128;
    std::int64_t vocabulary = 30522;
    std::int64_t positions = 512;  ///< longest sequence that the position table serves
    std::int64_t types = 2;        ///< of segments
    std::int64_t padding = 0;      ///< token that attention does not see
    std::int64_t classes = 2;
    double dropout = 0.1;
    double epsilon = 1e-5;  ///< of the layer norm
    std::string head = "classify";

    /// Which tokens [L] attention sees; one block.
    NodeId append_mask(NetworkBuilder& builder, NodeId tokens) const;
    /// Sum of the vectors of words, positions and segments, normalised: [L, width]; with another `hidden`, projected to
    /// it as ELECTRA does: [L, hidden]. One block.
    NodeId append_embeddings(NetworkBuilder& builder, NodeId tokens, NodeId segments, std::int64_t width,
                             std::int64_t hidden) const;
    /// The end of the network from the last layer's output, one block: "classify" [classes] from the pooled first
    /// token; "span" [L, 2]; "none" the pooled first token.
    NodeId append_end(NetworkBuilder& builder, NodeId input) const;
};

/// Result of append() with the builder's scope inside `scope`.
template <class Append>
NodeId within_scope(NetworkBuilder& builder, const std::string& scope, Append&& append) {
    builder.push_scope(scope);
    const NodeId result = append();
    builder.pop_scope();
    return result;
}

}  // namespace hpnas
