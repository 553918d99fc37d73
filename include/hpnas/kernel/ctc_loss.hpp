#pragma once
#include <cstdint>
#include <span>

namespace hpnas::kernel {

/// Connectionist temporal classification of one sequence.
struct CtcSequence {
    const float* logits = nullptr;           ///< [frames, tokens], before the softmax
    std::int64_t frames = 0;                 ///< that are no padding
    std::span<const std::int64_t> target{};  ///< token of every label, none of them blank
    float* diff_logits = nullptr;            ///< [frames, tokens] gradient of scale * loss; null: not wanted
    double scale = 1;
};

/// -log of the probability (natural logarithm) that the frames, each drawn by its softmax, spell the target: once
/// repetitions are merged, then blanks removed. Forward and backward in the log domain, in double precision. Infinite,
/// with gradient 0, if the frames are too few: each label takes one, and equal neighbours one more between them.
/// @throws ShapeError for a label outside [0, tokens) or a blank one
/// Source: Graves, Fernandez, Gomez, Schmidhuber, ICML 2006.
double ctc_loss(const CtcSequence& sequence, std::int64_t tokens, std::int64_t blank = 0);

}  // namespace hpnas::kernel
