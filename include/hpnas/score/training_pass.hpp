#pragma once
#include <vector>

#include "hpnas/score/probe.hpp"

namespace hpnas {

/// The weights (no biases) of convolutions and linear layers, in network order: what gradient scores call parameters.
std::vector<const Parameters::Entry*> layer_weights(const Network& network, const Parameters& parameters);

/// A network as its training starts: default initialisation, the probe's batch, batch norms with the statistics of the
/// batch. Shared by every score that looks at it; what a score does not ask for is not computed.
class TrainingPass {
public:
    explicit TrainingPass(ScoreProbe& probe);

    Executor& executor() noexcept { return executor_; }
    const Parameters& parameters() const noexcept { return parameters_; }
    const std::vector<const Parameters::Entry*>& weights() const noexcept { return weights_; }

    /// Gradient of the mean cross-entropy, laid out as Parameters::trainable().
    const std::vector<float>& loss_gradient();
    /// Sum over the channels of every convolution and linear layer of 1/2 mean_n (sum_hw a dL/da)^2, a being the
    /// layer's output, times the weights of the channel.
    double fisher_information();
    /// [n, n]: units of all ReLUs that are on for both samples or off for both. Exact integers.
    const std::vector<double>& relu_agreement();
    double n_relu_units() const noexcept { return n_relu_units_; }

private:
    void backward();

    ScoreProbe& probe_;
    Parameters parameters_;
    std::vector<const Parameters::Entry*> weights_;
    Executor executor_;
    std::vector<float> loss_gradient_;
    double fisher_information_ = 0, n_relu_units_ = 0;
    std::vector<double> relu_agreement_;
};

/// Fills the executor's output gradient with that of the mean softmax cross-entropy of the rows of the output, every
/// row of a sample having the sample's label. @throws ShapeError for a label that is no class of the output
void fill_loss_gradient(Executor& executor, const Network& network, const std::vector<std::int64_t>& labels);

}  // namespace hpnas
