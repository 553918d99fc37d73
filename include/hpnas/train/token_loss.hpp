#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace hpnas {

/// Softmax cross-entropy of rows of which some do not count: padding behind the end of a sequence.
class TokenLoss {
public:
    /// @param label_smoothing  share of the target spread over all classes
    explicit TokenLoss(double label_smoothing = 0) : label_smoothing_(label_smoothing) {}

    struct Rows {
        const float* logits = nullptr;         ///< [labels.size(), classes]
        std::span<const std::int64_t> labels;  ///< negative: does not count
        std::int64_t classes = 1;
        float* diff_logits = nullptr;  ///< gradient of scale * sum of losses, 0 where nothing counts; null: not wanted
        double scale = 1;
    };
    /// @return loss of every row in nat, 0 where it does not count; valid until the next call
    std::span<const float> operator()(const Rows& rows);

private:
    double label_smoothing_;
    std::vector<float> targets_, losses_;
};

}  // namespace hpnas
