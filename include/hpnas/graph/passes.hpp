#pragma once
#include <string>
#include <vector>

#include "hpnas/graph/network.hpp"
#include "hpnas/op/batch_norm.hpp"

namespace hpnas {

/// Rewrites batch_norm -> activation and batch_norm -> add (-> activation) chains whose inner values have no other
/// reader into single batch_norm nodes with an activation attribute and a residual input; likewise drop_path -> add and
/// add -> activation. The fused node keeps the name of the chain's first, so parameters and random draws of both
/// networks correspond by name. Tokens that nobody reads are not computed (token_selection.hpp). Same function and
/// gradients up to rounding.
Network fuse_for_training(const Network& network);

/// Dropout and drop path vanish, all else stays.
Network remove_randomness(const Network& network);

/// All rates of drop path times `factor`, for schedules of them. @param factor  in [0, 1]
Network scale_drop_path(const Network& network, double factor);

/// The part of a network that these of its values depend on; they are its outputs. Inputs stay.
Network cut_at(const Network& network, const std::vector<NodeId>& outputs);

/// The network without outputs in the scope `auxiliary`: classifiers that only training needs.
Network without_auxiliary(const Network& network);

/// A network without shortcuts, of the same shapes: an addition whose operands come from one value, one of them through
/// more convolutions and linear layers than the other, passes on that operand alone; what only the other one needed
/// vanishes. Sums of branches of equal depth stay.
Network remove_residuals(const Network& network);

/// Dropout and drop path vanish (as in evaluation mode), then as fuse_for_training.
Network fuse_for_evaluation(const Network& network);

/// A batch norm that was folded into the convolution or linear node before it.
struct FoldedNorm {
    std::string node;  ///< name of the convolution in both networks
    std::string norm;  ///< name of the batch norm in the original network
    BatchNormAttributes attributes;
};

/// The deployed structure: batch_norm after a convolution or linear is folded into its weights and bias, activation and
/// residual add become attributes of the convolution or linear, dropout and drop path vanish. Only for inference; see
/// train/deploy.hpp for the weights.
/// @param folded  receives what was folded, if given
Network fold_for_inference(const Network& network, std::vector<FoldedNorm>* folded = nullptr);

}  // namespace hpnas
