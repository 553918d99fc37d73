#pragma once
#include <memory>

#include "hpnas/graph/network.hpp"
#include "hpnas/train/parameters.hpp"

namespace hpnas {

/// A network as it would be deployed (fold_for_inference) with its folded weights.
struct Deployed {
    Network network;
    Parameters parameters;
};

/// Folds running statistics, scales and shifts into the preceding convolutions. Output equals evaluation mode's up to
/// rounding.
Deployed deploy(const Network& network, const Parameters& parameters);

}  // namespace hpnas
