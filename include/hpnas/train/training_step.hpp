#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "hpnas/data/batch_loader.hpp"
#include "hpnas/train/executor.hpp"
#include "hpnas/train/optimizer.hpp"

namespace hpnas {

/// One step of training a classifier, in two halves so that ranks can add their gradients between them: the gradient of
/// the mean softmax cross-entropy, then clipping and the optimiser's update. The batch lies in the executor's input.
class TrainingStep {
public:
    struct Options {
        std::int64_t n_classes = 1;
        double label_smoothing = 0;
        double clip_norm = 0;  ///< 0: off
    };
    /// Holds references to all three; the optimiser must have been started for the parameters.
    TrainingStep(Executor& executor, Parameters& parameters, Optimizer& optimizer, Options options);

    /// Forward and backward. @return mean loss in nat; if it is not finite there was no backward pass
    double compute_gradient(const BatchLabels& labels, const StepContext& context);
    /// Updates the weights; a gradient whose norm is not finite changes nothing.
    /// @return the gradient's norm before clipping
    double apply_gradient(double learning_rate);

private:
    Executor& executor_;
    Parameters& parameters_;
    Optimizer& optimizer_;
    Options options_;
    std::vector<Chunk> chunks_;
    std::vector<float> targets_, losses_;
};

}  // namespace hpnas
