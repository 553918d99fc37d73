#pragma once
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hpnas/space/segmentation.hpp"

namespace hpnas {

/// One thing that may stand at a place of a chain of layers.
struct ChainBlock {
    BlockKey key;
    std::function<Network()> network;  ///< the block alone; pure
};

/// Builds the segmentation of spaces whose layers are chosen one by one and whose shapes do not depend on the choices.
class ChainSegmenter {
public:
    /// The next layer of the chain. @param choices  by choice of `slot`; nothing where the layer is left out
    void add(std::string name, std::size_t slot, const std::vector<std::optional<ChainBlock>>& choices);
    /// A layer that is always the same.
    void add(std::string name, const ChainBlock& block);
    Segmentation finish() &&;

private:
    std::int32_t number(const ChainBlock& block);
    void append(std::string name, std::vector<Segment::Term> configuration, std::vector<std::int32_t> first);

    Segmentation result_;
    std::vector<std::function<Network()>> networks_;
    std::map<std::string, std::int32_t> numbers_;  // of block keys
};

}  // namespace hpnas
