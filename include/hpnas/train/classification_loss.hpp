#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "hpnas/data/batch_loader.hpp"
#include "hpnas/train/executor.hpp"
#include "hpnas/train/training_task.hpp"

namespace hpnas {

/// Softmax cross-entropy of a classifier with smoothed, mixed labels. Outputs [classes]: the classifier, then any
/// number of auxiliary ones that are trained on the same labels.
class ClassificationLoss {
public:
    struct Options {
        std::int64_t n_classes = 1;
        std::size_t n_outputs = 1;  ///< of the network
        double label_smoothing = 0;
        double auxiliary_weight = 0.4;  ///< of each further output's loss
    };
    explicit ClassificationLoss(Options options) : options_(options) {}

    /// What the classifier is to learn from another network beside the labels.
    struct Distillation {
        std::span<const float> logits;  ///< [batch, classes] of the teacher
        double weight = 1, temperature = 1;
    };

    /// After forward(). Writes the gradient of share * (mean loss) to the executor's output gradients.
    /// @return mean over the rows of the classifier's and the weighted auxiliary losses, in nat
    double operator()(const BatchLabels& labels, Executor& executor, double share);
    /// The same with weight * temperature^2 * cross-entropy of the softened probabilities added.
    double operator()(const BatchLabels& labels, Executor& executor, double share, const Distillation& teacher);

private:
    double mean_loss(Executor& executor, std::size_t output, double gradient_share);

    Options options_;
    std::vector<float> targets_, losses_, softened_, diff_;
};

/// loss (nat), top1 (%), top5 (%).
std::span<const TaskMetric> classification_metrics() noexcept;

/// Notes of judged examples: loss (nat), whether the label is the first, whether among the first five.
inline constexpr std::size_t classification_record = 3;
/// @param logits [rows, classes] of at least labels.valid rows   @param notes [labels.valid, classification_record]
void note_classification(const float* logits, std::int64_t n_classes, const BatchLabels& labels,
                         std::span<double> notes);
/// Means: loss (nat), top-1 (%), top-5 (%).
std::vector<double> summarise_classification(std::span<const double> notes);

}  // namespace hpnas
