#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "hpnas/core/rng.hpp"
#include "hpnas/space/super_block.hpp"

namespace hpnas {

using Structure = std::vector<SuperBlock>;

/// The structure that DE-NAS's search starts from: six super-blocks of strides 1 1 2 2 2 1, 102,572 parameters with 100
/// classes.
const Structure& denas_master();

/// Widths that may take the place of `channels`: 2.5, 2, 1.5, 1.25, 1 times and a 1.25th, 1.5th, 2nd, 2.5th of it,
/// rounded to multiples of 8 (ties to the even one) within [8, 2048]. Descending, all different.
std::vector<std::int64_t> student_channels(std::int64_t channels);

/// Super-blocks that may take the place of `block` (itself among them), all different. A SuperConv changes its width
/// alone. A SuperRes also changes bottleneck, layers (by up to 2) and type: SuperResKxKx and SuperResK1KxK1 turn into
/// each other, SuperResIDWE stay among themselves. Strides never change. Source: Lin et al., Zen-NAS, ICCV 2021; Intel
/// DE-NAS, which draws kernels 7 a third less often than 3 and 5; here all are alike.
std::vector<SuperBlock> students(const SuperBlock& block);

/// Every SuperRes of 6 or more layers as one of 3 layers, which keeps the stride, and one of the rest.
Structure with_splits(const Structure& structure);

/// Replaces super-blocks by random students of theirs, `n` different ones or as many as there are, then splits. Every
/// super-block, the last one included, is as likely as any other (DE-NAS never picks the last one, which Zen-NAS does).
/// A replacement that leads out of the space is drawn again, and after 50 draws left out.
/// @param fits  whether a structure is in the space
Structure with_replacements(const Structure& structure, std::int64_t n,
                            const std::function<bool(const Structure&)>& fits, Rng& rng);

/// The front of one structure and the back of the other, cut where both have divided the resolution by as much, so that
/// the whole divides it by as much as the second. Which parent is in front, and the cuts, are random.
/// @return nothing if the parents are equal or 50 draws give no structure that fits and differs from both
std::optional<Structure> spliced(const Structure& a, const Structure& b,
                                 const std::function<bool(const Structure&)>& fits, Rng& rng);

}  // namespace hpnas
