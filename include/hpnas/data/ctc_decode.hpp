#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace hpnas {

/// Greedy (best path) decoding of one CTC output: the likeliest token of every frame, repetitions merged, blanks
/// removed.
/// @param logits  [frames, tokens], or any increasing function of the probabilities; ties go to the smaller token
/// Source: Graves et al., ICML 2006, section 3.2.
std::vector<std::int64_t> ctc_greedy(std::span<const float> logits, std::int64_t tokens, std::int64_t blank = 0);

}  // namespace hpnas
