#pragma once
#include "hpnas/space/search_space.hpp"
#include "hpnas/space/staged_spec.hpp"

namespace hpnas {

/// A staged space as a chain: one segment for the resolution, one per stage, one for the head. The state between
/// segments is the shape of the value, plus the choice of a tied width that a later stage still needs.
/// @throws ConfigError if the tables would have more than 2^25 entries (the way out: fix some slots)
Segmentation staged_segmentation(const StagedSpec& spec, const TaskShape& task);

}  // namespace hpnas
