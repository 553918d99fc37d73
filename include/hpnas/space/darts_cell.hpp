#pragma once
#include <cstdint>
#include <string>

#include "hpnas/graph/network.hpp"
#include "hpnas/space/darts_genotype.hpp"

namespace hpnas {

/// How the operations of a cell are built.
struct DartsStyle {
    bool affine = true;    ///< batch norms learn scale and shift (not while searching)
    double drop_path = 0;  ///< rate, while training, on every branch but identities
};

/// Adds one operation under the scope `name`. @param stride  1, or 2 from a reduction cell's two inputs
/// @param input      [H, W, channels]; H and W even for a strided skip
/// @param rectified  relu of the input, where operations share it; -1: the operation makes its own
/// @return its output [H / stride, W / stride, channels]
NodeId append_darts_operation(NetworkBuilder& builder, const std::string& name, NodeId input, DartsOperation operation,
                              std::int64_t stride, const DartsStyle& style, NodeId rectified = -1);

/// ReLU, 1x1 convolution, batch norm: brings a cell's input to `channels`. Halves the size if `reduce` (factorised
/// reduction: two 1x1 convolutions of stride 2, one of them a pixel further, side by side).
NodeId append_darts_preprocessing(NetworkBuilder& builder, const std::string& name, NodeId input, std::int64_t channels,
                                  bool reduce, const DartsStyle& style);

/// Adds a cell under the builder's open scope. @param before, previous  both already [H, W, channels]
/// @return its output, [H', W', 4 channels]; H' = H / 2 if `reduction`
NodeId append_darts_cell(NetworkBuilder& builder, NodeId before, NodeId previous, const DartsCell& cell, bool reduction,
                         const DartsStyle& style);

}  // namespace hpnas
