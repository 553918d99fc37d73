#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hpnas/graph/network.hpp"

namespace hpnas {

/// One block of a network, as `hpnas describe` prints it; costs of one sample's forward pass.
struct BlockRow {
    std::string name;  ///< "stages.2.blocks.0"
    std::string key;   ///< "irb k=3 s=2 mid=256 se=16 act=swish out=64"
    Shape input, output;
    std::int64_t parameters = 0;
    std::int64_t macs = 0;
    std::int64_t activation_bytes = 0;  ///< all values computed in the block, float32
};

/// A network block by block.
struct Description {
    struct Input {
        std::string name;
        Shape shape;  ///< of one sample
    };
    std::vector<Input> inputs;
    std::int64_t resolution = 0;  ///< height and width of the input; 0 if it is no square image
    std::vector<BlockRow> rows;   ///< in execution order
    Cost total;
};

Description describe(const Network& network);

}  // namespace hpnas
