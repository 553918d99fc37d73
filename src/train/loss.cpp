#include "hpnas/train/loss.hpp"

#include "hpnas/kernel/loss.hpp"

namespace hpnas {

void make_targets(const BatchLabels& labels, double smoothing, std::int64_t n_classes, std::span<float> targets) {
    const auto n = static_cast<std::int64_t>(labels.labels.size());
    kernel::smooth_targets(labels.labels.data(), static_cast<float>(smoothing), targets.data(), n, n_classes);
    for (std::size_t row = 0; row < labels.weights.size(); ++row) {
        float* target = targets.data() + static_cast<std::int64_t>(row) * n_classes;
        const float moved = (1.0F - static_cast<float>(smoothing)) * (1.0F - labels.weights[row]);
        target[labels.labels[row]] -= moved;
        target[labels.partners[row]] += moved;
    }
}

double ordered_sum(std::span<const float> values) noexcept {
    double sum = 0;
    for (const float value : values) sum += static_cast<double>(value);
    return sum;
}

}  // namespace hpnas
