#pragma once
#include "hpnas/score/gradient_gram.hpp"

namespace hpnas {

/// Copies the patches of output positions [first, last) of one sample and group: dst [last - first, patch()], taps in
/// weight order, zeros outside the image.
void copy_patches(const PatchLayer& layer, const float* sample, std::int64_t group, std::int64_t first,
                  std::int64_t last, float* dst);

}  // namespace hpnas
