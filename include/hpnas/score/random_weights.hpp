#pragma once
#include <cstdint>
#include <string>

#include "hpnas/train/parameters.hpp"

namespace hpnas {

class ScoreProbe;

/// Standard deviation of the weights of convolutions, linear layers and squeeze-and-excitation.
enum class WeightScale : std::uint8_t {
    unit,   ///< 1
    fan_in  ///< sqrt(2 / fan-in): He et al., ICCV 2015
};

/// Parameters of the probe's network, or of one that a pass made of it, as training starts from them: drawn with the
/// probe's seed as their operators say, then set by the probe's weights if it has any.
Parameters initial_parameters(const ScoreProbe& probe, const Network& network);

/// Draws those weights from a normal distribution; their biases become 0, all other trainable parameters start as their
/// operators say (uniform ones as 0); running statistics are left alone. A tensor is a function of the probe's seed,
/// `purpose` and its name. What the probe's weights set, they set here too.
void draw_normal_weights(const ScoreProbe& probe, WeightScale scale, const std::string& purpose, const Network& network,
                         Parameters& parameters);

}  // namespace hpnas
