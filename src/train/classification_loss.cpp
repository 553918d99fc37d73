#include "hpnas/train/classification_loss.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include "hpnas/kernel/loss.hpp"
#include "hpnas/train/loss.hpp"

namespace hpnas {

double ClassificationLoss::operator()(const BatchLabels& labels, Executor& executor, double share) {
    const auto n = static_cast<std::size_t>(executor.batch());
    targets_.resize(n * static_cast<std::size_t>(options_.n_classes));
    losses_.resize(n);
    make_targets(labels, options_.label_smoothing, options_.n_classes, targets_);
    double loss = mean_loss(executor, 0, share);
    for (std::size_t output = 1; output < options_.n_outputs; ++output)
        loss += options_.auxiliary_weight * mean_loss(executor, output, share * options_.auxiliary_weight);
    return loss;
}

double ClassificationLoss::operator()(const BatchLabels& labels, Executor& executor, double share,
                                      const Distillation& teacher) {
    const double loss = (*this)(labels, executor, share);
    const auto n = static_cast<std::size_t>(executor.batch());
    const std::span<const float> logits = executor.output();
    const double heat = teacher.temperature;
    const auto soften = [heat](float value) { return static_cast<float>(static_cast<double>(value) / heat); };
    targets_.resize(logits.size());
    softened_.resize(logits.size());
    diff_.resize(logits.size());
    std::ranges::transform(teacher.logits, targets_.begin(), soften);
    kernel::softmax(targets_.data(), executor.batch(), options_.n_classes);
    std::ranges::transform(logits, softened_.begin(), soften);
    kernel::CrossEntropy args;
    args.logits = softened_.data();
    args.targets = targets_.data();
    args.loss = losses_.data();
    args.diff_logits = diff_.data();
    // The chain rule takes one temperature away.
    args.gradient_scale = static_cast<float>(share * teacher.weight * heat / static_cast<double>(n));
    kernel::softmax_cross_entropy(args, executor.batch(), options_.n_classes);
    std::ranges::transform(executor.output_gradient(), diff_, executor.output_gradient().begin(), std::plus<>());
    return loss + teacher.weight * heat * heat * ordered_sum(losses_) / static_cast<double>(n);
}

double ClassificationLoss::mean_loss(Executor& executor, std::size_t output, double gradient_share) {
    const std::int64_t n = executor.batch();
    kernel::CrossEntropy loss;
    loss.logits = executor.output(output).data();
    loss.targets = targets_.data();
    loss.loss = losses_.data();
    loss.diff_logits = executor.output_gradient(output).data();
    loss.gradient_scale = static_cast<float>(gradient_share / static_cast<double>(n));
    kernel::softmax_cross_entropy(loss, n, options_.n_classes);
    return ordered_sum(losses_) / static_cast<double>(n);
}

std::span<const TaskMetric> classification_metrics() noexcept {
    static const std::array<TaskMetric, classification_record> all{TaskMetric{"loss", "nat", "cross-entropy", false},
                                                                   TaskMetric{"top1", "%", "top-1 accuracy", true},
                                                                   TaskMetric{"top5", "%", "top-5 accuracy", true}};
    return all;
}

void note_classification(const float* logits, std::int64_t n_classes, const BatchLabels& labels,
                         std::span<double> notes) {
    const auto n = static_cast<std::size_t>(labels.valid);
    std::vector<float> targets(n * static_cast<std::size_t>(n_classes)), losses(n);
    kernel::smooth_targets(labels.labels.data(), 0.0F, targets.data(), labels.valid, n_classes);
    kernel::CrossEntropy args;
    args.logits = logits;
    args.targets = targets.data();
    args.loss = losses.data();
    kernel::softmax_cross_entropy(args, labels.valid, n_classes);
    for (std::size_t row = 0; row < n; ++row) {
        const kernel::TopHits hits =
            kernel::count_hits(logits + static_cast<std::int64_t>(row) * n_classes, &labels.labels[row], 1, n_classes);
        double* note = &notes[row * classification_record];
        note[0] = static_cast<double>(losses[row]);
        note[1] = static_cast<double>(hits.top1);
        note[2] = static_cast<double>(hits.top5);
    }
}

std::vector<double> summarise_classification(std::span<const double> notes) {
    std::vector<double> sums(classification_record, 0.0);
    for (std::size_t i = 0; i < notes.size(); ++i) sums[i % classification_record] += notes[i];
    const auto n = static_cast<double>(notes.size() / classification_record);
    return {sums[0] / n, 100.0 * sums[1] / n, 100.0 * sums[2] / n};
}

}  // namespace hpnas
