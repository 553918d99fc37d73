#include "hpnas/train/token_loss.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hpnas/core/error.hpp"
#include "hpnas/kernel/loss.hpp"

namespace hpnas {

std::span<const float> TokenLoss::operator()(const Rows& rows) {
    const std::size_t n = rows.labels.size();
    const auto classes = static_cast<std::size_t>(rows.classes);
    // A row of zeros has loss and gradient 0.
    targets_.assign(n * classes, 0.0F);
    losses_.resize(n);
    const auto spread = static_cast<float>(label_smoothing_ / static_cast<double>(rows.classes));
    for (std::size_t row = 0; row < n; ++row) {
        const std::int64_t label = rows.labels[row];
        if (label < 0) continue;
        if (label >= rows.classes)
            throw ShapeError(fmt::format("token loss: expected labels below {}, got {}", rows.classes, label));
        const auto target = std::span(targets_).subspan(row * classes, classes);
        std::ranges::fill(target, spread);
        target[static_cast<std::size_t>(label)] += static_cast<float>(1.0 - label_smoothing_);
    }
    kernel::CrossEntropy args;
    args.logits = rows.logits;
    args.targets = targets_.data();
    args.loss = losses_.data();
    args.diff_logits = rows.diff_logits;
    args.gradient_scale = static_cast<float>(rows.scale);
    kernel::softmax_cross_entropy(args, static_cast<std::int64_t>(n), rows.classes);
    return losses_;
}

}  // namespace hpnas
