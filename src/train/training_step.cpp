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

// The norm is taken even if nothing is clipped: a rectifier may turn NaN into 0 on the way forward, so the loss alone
// does not show every divergence.
double TrainingStep::apply_gradient(double learning_rate) {
    const double norm = gradient_norm(chunks_, executor_.gradients());
    if (std::isfinite(norm))
        optimizer_.step(parameters_.trainable(), executor_.gradients(),
                        {learning_rate, clip_factor(norm, options_.clip_norm)});
    return norm;
}

}  // namespace hpnas
