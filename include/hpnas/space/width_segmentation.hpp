#pragma once
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hpnas/space/chain_segmentation.hpp"
#include "hpnas/space/segmentation.hpp"

namespace hpnas {

/// A block as a network of its own; its key is the one that `append` gives it.
/// @param inputs  shapes of the values that it reads, at least one
/// @param append  adds the block's nodes under an open scope; pure
ChainBlock chain_block(const std::vector<Shape>& inputs,
                       const std::function<NodeId(NetworkBuilder&, const std::vector<NodeId>& inputs)>& append);

/// Builds the segmentation of stacks of layers that all have the width that one slot decides: the state between
/// segments is the choice of that slot. Call begin once, before every add.
class WidthSegmenter {
public:
    WidthSegmenter(std::size_t slot, std::size_t n_widths) : slot_(slot), n_widths_(n_widths) {}

    /// What a segment of layers depends on besides the width.
    struct Layers {
        std::vector<Segment::Term> configuration;  ///< as Segment's
        std::size_t n_configurations = 1;
        std::optional<std::size_t> slot;          ///< decides how many there are
        std::vector<std::int64_t> numbers = {1};  ///< by choice of `slot`; one element without
    };

    /// A layer in front of `begin`, the same for all widths.
    void fixed(std::string name, const ChainBlock& block);
    /// The layer that brings the values to their width.
    void begin(std::string name, const std::function<ChainBlock(std::size_t width)>& block);
    void add(std::string name, const Layers& layers,
             const std::function<ChainBlock(std::size_t width, std::size_t configuration)>& block);
    Segmentation finish() &&;

private:
    std::int32_t number(ChainBlock block);

    std::size_t slot_, n_widths_;
    Segmentation result_;
    std::vector<std::function<Network()>> networks_;
    std::map<std::string, std::int32_t> numbers_;  // of block keys
};

}  // namespace hpnas
