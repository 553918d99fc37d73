#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "hpnas/graph/network.hpp"

namespace hpnas {

/// One stretch of a chain of blocks, e.g. a stage: `layers` blocks of one configuration. Which blocks they are depends
/// only on the state that the previous segments left (in the main the shape of the value that arrives) and on the
/// segment's own slots.
struct Segment {
    /// A slot of the encoding and its weight in a mixed-radix number.
    struct Term {
        std::size_t slot = 0;
        std::size_t weight = 0;
    };

    std::string name;                 ///< "stage2"
    std::vector<Term> configuration;  ///< configuration number = sum of x[slot] * weight
    std::size_t n_configurations = 1;
    std::vector<Term> output;  ///< number that the next state depends on, from the same slots or some of them
    std::size_t n_outputs = 1;
    std::optional<std::size_t> layers_slot;  ///< none: layers has one element
    std::vector<std::int64_t> layers{1};     ///< number of layers by choice of layers_slot; 0: the segment is left out

    std::size_t n_states = 1;         ///< states that can arrive; the first segment's only state is 0
    std::vector<std::int32_t> first;  ///< [n_states, n_configurations] index of the first layer's block; -1: no block
    std::vector<std::int32_t>
        repeat;  ///< [n_states, n_configurations] index of every further layer's block; -1: none possible
    std::vector<std::int32_t> next;  ///< [n_states, n_outputs] state for the next segment
    std::vector<std::int32_t> skip;  ///< [n_states] state for the next segment if there are 0 layers
};

/// A block and the shape it is applied to (one sample's): what a latency table has one entry for.
struct BlockKey {
    std::string key;
    Shape input;
    friend bool operator==(const BlockKey&, const BlockKey&) = default;
};

/// A search space cut into segments: every network is a path through the segments, its cost a sum over the blocks on
/// the path.
struct Segmentation {
    std::vector<Segment> segments;
    std::vector<BlockKey> blocks;  ///< all different; every one occurs in some network of the space
    /// The i-th block as a network of its own, without drop path. Pure.
    std::function<Network(std::size_t)> network;
};

/// Walks the segments as a decoded network would and returns the indices of its blocks, in order. For tests and
/// reports; screening uses AdditiveCost. @param x  a valid encoding of the space
std::vector<std::size_t> blocks_of(const Segmentation& segmentation, const std::vector<std::int16_t>& x);

}  // namespace hpnas
