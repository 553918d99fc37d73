#pragma once
#include "hpnas/graph/network.hpp"

namespace hpnas {

/// Rewrites batch_norm -> activation and batch_norm (-> drop path) -> add (-> activation) chains whose inner values have no other
/// reader into single batch_norm nodes with an activation attribute and a residual input. The fused node keeps the batch_norm's
/// name, so parameters of both networks correspond by name. Same function and gradients up to rounding.
Network fuse_for_training(const Network& network);

/// The deployed structure: batch_norm after a convolution or linear is folded into its weights and bias, activation and residual
/// add become attributes of the convolution, dropout and drop path vanish. Only for inference; see train/deploy.hpp for the weights.
Network fold_for_inference(const Network& network);

}  // namespace hpnas
