#pragma once
#include <vector>

#include "hpnas/score/gradient_gram.hpp"
#include "hpnas/score/probe.hpp"

namespace hpnas {

/// The network of TrainingPass with the batch norms' statistics held fixed at those of the batch: the same outputs, but
/// every sample's output is a function of that sample alone, so that one backward pass from an upstream gradient of
/// ones yields the gradient of each sample's sum of logits.
class FrozenPass {
public:
    explicit FrozenPass(ScoreProbe& probe);

    /// [n, features]: gradient of a sample's sum of logits with respect to its own first input.
    const std::vector<float>& input_gradients();
    /// Inner products of the samples' gradients with respect to all weights (the empirical neural tangent kernel).
    const GradientGram& gram();

private:
    void fill_upstream();

    ScoreProbe& probe_;
    Parameters parameters_;
    Executor executor_;
    std::vector<float> input_gradients_;
    GradientGram gram_;
    bool has_gram_ = false;
};

}  // namespace hpnas
