#pragma once
#include "hpnas/supernet/supernet.hpp"

namespace hpnas {

/// The supernet of DARTS's cells with UNAS's factorised choice. Every node sums all operations on all inputs, weighted
/// by input0 x op0 + input1 x op1; an operation on an input exists once, for both slots, and cells of one type share
/// their weights of options, not their parameters. Batch norms in cells have no scale and shift, which would undo the
/// weights. Stem and classifier are those of the decoded networks.
/// @param space  a DartsCellSpace. Source: Vahdat et al., UNAS, CVPR 2020.
Supernet cell_supernet(const SearchSpace& space);

}  // namespace hpnas
