#pragma once
#include <cstdint>

namespace hpnas::kernel {

/// targets [n, classes] = one-hot of labels, smoothed: (1 - smoothing) on the label plus smoothing / classes
/// everywhere.
/// @throws ShapeError if a label is outside [0, classes)
void smooth_targets(const std::int64_t* labels, float smoothing, float* targets, std::int64_t n, std::int64_t classes);

/// Softmax of every row, in place. logits [n, classes]
void softmax(float* logits, std::int64_t n, std::int64_t classes);

/// Softmax cross-entropy against soft targets. logits, targets, diff_logits [n, classes]; loss [n].
struct CrossEntropy {
    const float* logits = nullptr;
    const float* targets = nullptr;  ///< rows sum to 1 (label smoothing and mixup give such rows)
    float* loss = nullptr;           ///< per sample, -sum_j targets_j * log softmax(logits)_j, natural logarithm
    float* diff_logits = nullptr;    ///< gradient of gradient_scale * sum of losses; null: not wanted; may be logits
    float gradient_scale = 1.0F;     ///< 1 / n for the mean loss
};
void softmax_cross_entropy(const CrossEntropy& args, std::int64_t n, std::int64_t classes);

/// Samples whose label is among the 1 and the 5 largest logits. Of equal logits the lower index ranks first; NaN ranks
/// first, so that a diverged network scores nothing.
struct TopHits {
    std::int64_t top1 = 0, top5 = 0;
};
TopHits count_hits(const float* logits, const std::int64_t* labels, std::int64_t n, std::int64_t classes);

}  // namespace hpnas::kernel
