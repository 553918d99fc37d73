#pragma once
#include <cstdint>

#include "hpnas/graph/network.hpp"

namespace hpnas {

/// Channels of every convolution of the front end.
inline constexpr std::int64_t front_end_channels = 64;
/// Frames or features that the front end makes of `n`: it halves them twice, rounding up.
std::int64_t front_end_size(std::int64_t n);

/// Adds SpeechBrain's convolutional front end: two 5x5 convolutions of stride 2, then a residual block of 1x1
/// convolutions, each with layer norm over (frequency, channel), leaky ReLU and dropout; 5x5 windows see the mirror
/// image beyond the border.
/// @param input  [T, mels, 1], both at least 5
/// @return [front_end_size(T), front_end_size(mels) * front_end_channels]
NodeId append_front_end(NetworkBuilder& builder, NodeId input, double dropout);

}  // namespace hpnas
