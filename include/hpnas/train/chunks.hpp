#pragma once
#include <cstddef>
#include <vector>

#include "hpnas/train/parameters.hpp"

namespace hpnas {

/// A run of floats of Parameters::trainable() that belong to one tensor.
struct Chunk {
    std::size_t begin = 0, end = 0;
    bool decay = false;  ///< subject to weight decay: weights are, biases, scales and shifts are not
};

/// All trainable floats, without the gaps between tensors, in pieces of at most 16,384: the unit that threads share. A
/// pure function of the parameters' layout, so that sums over chunks do not depend on the number of threads.
std::vector<Chunk> make_chunks(const Parameters& parameters);

}  // namespace hpnas
