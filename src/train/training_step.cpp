#include "hpnas/train/training_step.hpp"

#include <cmath>

#include "hpnas/kernel/loss.hpp"
#include "hpnas/train/gradient_norm.hpp"
#include "hpnas/train/loss.hpp"

namespace hpnas {

TrainingStep::TrainingStep(Executor& executor, Parameters& parameters, Optimizer& optimizer, Options options)
    : executor_(executor),
      parameters_(parameters),
      optimizer_(optimizer),
      options_(options),
      chunks_(make_chunks(parameters)),
      targets_(static_cast<std::size_t>(executor.batch() * options.n_classes)),
      losses_(static_cast<std::size_t>(executor.batch())) {}

double TrainingStep::compute_gradient(const BatchLabels& labels, const StepContext& context) {
    const std::int64_t n = executor_.batch();
    make_targets(labels, options_.label_smoothing, options_.n_classes, targets_);
    executor_.forward(context);
    kernel::CrossEntropy loss;
    loss.logits = executor_.output().data();
    loss.targets = targets_.data();
    loss.loss = losses_.data();
    loss.diff_logits = executor_.output_gradient().data();
    loss.gradient_scale = 1.0F / static_cast<float>(n);
    kernel::softmax_cross_entropy(loss, n, options_.n_classes);
    const double mean = ordered_sum(losses_) / static_cast<double>(n);
    if (std::isfinite(mean)) executor_.backward(context);
    return mean;
}

double TrainingStep::apply_gradient(double learning_rate) {
    Optimizer::Step step{learning_rate, 1.0};
    double norm = 0;
    if (options_.clip_norm > 0.0) {
        norm = gradient_norm(chunks_, executor_.gradients());
        if (!std::isfinite(norm)) return norm;
        step.gradient_scale = clip_factor(norm, options_.clip_norm);
    }
    optimizer_.step(parameters_.trainable(), executor_.gradients(), step);
    return norm;
}

}  // namespace hpnas
