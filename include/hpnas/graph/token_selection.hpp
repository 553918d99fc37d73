#pragma once
#include "hpnas/graph/network_editor.hpp"

namespace hpnas {

/// Moves every select_token up through operators that treat each token by itself (layer norm over the last dimension,
/// linear, addition, activation, drop path), as far as nobody reads their other tokens: behind the last attention of
/// an encoder only the token that the classifier looks at is computed. The function, its gradients and the draws of drop
/// path stay. Selections are named "<of the original>.<value that is selected from>".
void select_tokens_early(NetworkEditor& editor);

}  // namespace hpnas
