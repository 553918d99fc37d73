#pragma once
#include "hpnas/supernet/supernet.hpp"

namespace hpnas {

/// The supernet of a space whose decisions are the layers of a chain: decision i chooses the nodes "layers.<i>.*" of a
/// decoded network, an option without nodes skips the layer, and the last option of a layer has some. Layers keep their
/// output shape whatever is chosen. Operators are those of the decoded networks.
/// @param skip_dropout  rate of the dropout behind a skipped layer, which keeps identities from being preferred only
/// for being easy to train early on (0.1 in UNAS, after P-DARTS); 0: none
Supernet chain_supernet(const SearchSpace& space, double skip_dropout = 0.1);

}  // namespace hpnas
