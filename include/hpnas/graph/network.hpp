#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "hpnas/core/shape.hpp"
#include "hpnas/op/operator.hpp"

namespace hpnas {

using NodeId = std::int32_t;

/// One operator application. `op` is null for a network input.
struct Node {
    std::string
        name;  ///< dotted path, unique in its network: "stages.2.blocks.0.conv1"; stable: it names the weights in files
    OperatorPtr op;
    std::vector<NodeId> inputs;
    Shape shape;  ///< of one sample's output
};

/// A run of nodes [first, last] that forms one building block with a single output (last): the unit of the latency
/// table, of `describe`'s rows and of drop path. Its input is the first value that it reads from outside; where it
/// reads more (a mask, an encoder's output), their shapes follow from the input's or stand in the key.
struct Block {
    std::string name;  ///< "stages.2.blocks.0"
    std::string key;   ///< canonical configuration, e.g. "irb k=3 s=2 e=4 se=1 act=swish out=64": equal key and input
                       ///< shape, equal block
    NodeId first = 0, last = 0;
};

/// Cost of one sample's forward pass.
struct Cost {
    std::int64_t parameters = 0;  ///< trainable
    std::int64_t macs = 0;
    std::int64_t activation_bytes = 0;  ///< sum of all node outputs, float32
    std::int64_t peak_bytes = 0;        ///< largest sum of simultaneously live values in topological order, float32
};

/// A directed acyclic graph of operators in topological order, with shapes. A regular value; operators are shared.
class Network {
public:
    std::span<const Node> nodes() const noexcept { return nodes_; }
    const Node& node(NodeId id) const { return nodes_[static_cast<std::size_t>(id)]; }
    std::span<const Block> blocks() const noexcept { return blocks_; }
    std::span<const NodeId> inputs() const noexcept { return inputs_; }
    std::span<const NodeId> outputs() const noexcept { return outputs_; }
    /// Shapes of a node's inputs, per sample.
    std::vector<Shape> input_shapes(NodeId id) const;
    Cost cost() const;
    /// Cost of the nodes of one block.
    Cost cost(const Block& block) const;
    /// Equal for networks of equal structure, shapes and attributes, whatever their node names. Stable across runs.
    std::uint64_t hash() const;
    /// `block` as a network of its own, with an input for every value that it reads from outside, in the order of their
    /// first use.
    Network extract(const Block& block) const;
    /// Shape of a block's input, per sample. @throws InternalError if the block reads nothing from outside
    Shape input_shape(const Block& block) const;

private:
    friend class NetworkBuilder;
    friend class NetworkEditor;
    Cost cost_of(NodeId first, NodeId last) const;
    std::int64_t peak_bytes(NodeId first, NodeId last) const;
    std::vector<NodeId> inputs_of(const Block& block) const;

    std::vector<Node> nodes_;
    std::vector<Block> blocks_;
    std::vector<NodeId> inputs_, outputs_;
};

/// Builds a network node by node; shapes are inferred and checked at each step.
class NetworkBuilder {
public:
    NodeId input(std::string name, Shape shape);
    /// @param name  relative to the open scopes. @throws ShapeError (with the full node name), InternalError for a
    /// repeated name
    NodeId add(const std::string& name, OperatorPtr op, std::vector<NodeId> inputs);
    NodeId add(const std::string& name, OperatorPtr op, NodeId input) {
        return add(name, std::move(op), std::vector{input});
    }
    const Shape& shape(NodeId id) const { return network_.nodes_[static_cast<std::size_t>(id)].shape; }

    /// Prefixes "name." to the nodes added until pop_scope.
    void push_scope(const std::string& name);
    void pop_scope();
    /// Opens a block named by the present scope; every node until end_block belongs to it.
    void begin_block(std::string key);
    void end_block();

    Network finish(std::vector<NodeId> outputs) &&;

private:
    NodeId append(Node node);
    std::string qualified(const std::string& name) const;

    Network network_;
    std::vector<std::string> scopes_;
    std::unordered_set<std::string> names_;
    bool in_block_ = false;
};

}  // namespace hpnas
