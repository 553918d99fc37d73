#pragma once
#include <cstdint>
#include <span>

namespace hpnas::kernel {

/// dst = src with its dimensions in another order: size i of dst is size order[i] of src.
/// @param sizes  of src, outermost first, at most 8; `order` is a permutation of their positions
/// dst and src do not overlap.
void permute(std::span<const std::int64_t> sizes, std::span<const int> order, const float* src, float* dst);

}  // namespace hpnas::kernel
