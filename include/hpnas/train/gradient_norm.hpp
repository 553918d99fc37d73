#pragma once
#include <span>

#include "hpnas/train/chunks.hpp"

namespace hpnas {

/// Euclidean norm of the gradient over all chunks, summed in double in an order that does not depend on the number of
/// threads.
double gradient_norm(std::span<const Chunk> chunks, std::span<const float> gradients);

/// Factor that brings a gradient of this norm down to `limit`: min(1, limit / norm). limit 0: 1.
double clip_factor(double norm, double limit) noexcept;

}  // namespace hpnas
