#pragma once
#include <span>
#include <vector>

#include "hpnas/graph/network.hpp"

namespace hpnas {

/// A network being rewritten: nodes keep their numbers until finish(), which leaves out the erased ones. Shapes change by
/// rewire() alone.
class NetworkEditor {
public:
    explicit NetworkEditor(const Network& network);

    NodeId size() const noexcept { return static_cast<NodeId>(network_.nodes_.size()); }
    const Node& node(NodeId id) const { return network_.node(id); }
    std::span<const NodeId> outputs() const noexcept { return network_.outputs(); }
    bool alive(NodeId id) const { return alive_[static_cast<std::size_t>(id)]; }
    /// Edges that read `id`'s value; an output counts as two.
    int readers(NodeId id) const { return readers_[static_cast<std::size_t>(id)]; }
    /// Producer of `id`'s i-th input.
    NodeId source(NodeId id, std::size_t i = 0) const { return node(id).inputs[i]; }
    /// True if `id` computes a value that exactly one node reads, once, and that is no output: it may be merged into
    /// its reader.
    bool only_read_once(NodeId id) const;
    /// The node's operator as T, or nullptr.
    template <class T>
    const T* as(NodeId id) const {
        return dynamic_cast<const T*>(node(id).op.get());
    }

    /// Readers of `id` read its i-th input instead; `id` is erased.
    void bypass(NodeId id, std::size_t i = 0);
    /// These values become the network's outputs; nodes that none of them depends on are erased, inputs excepted.
    void end_at(const std::vector<NodeId>& outputs);
    /// Merges `part`, which only `id` reads, into `id`: the result stands at `id`, has `part`'s name, operator `op` and
    /// `inputs`.
    void merge(NodeId part, NodeId id, OperatorPtr op, std::vector<NodeId> inputs);
    void replace_operator(NodeId id, OperatorPtr op);
    /// A new node that reads `input`; finish() puts it right behind.
    NodeId append(std::string name, OperatorPtr op, NodeId input);
    /// `id` reads these values instead; its shape follows from theirs. Its readers must be rewired next if it changes.
    void rewire(NodeId id, std::vector<NodeId> inputs);

    Network finish() &&;

private:
    void erase(NodeId id);
    std::vector<NodeId> topological_order() const;

    Network network_;
    NodeId n_original_;
    std::vector<bool> alive_;
    std::vector<int> readers_;  // reading edges plus network outputs
};

}  // namespace hpnas
